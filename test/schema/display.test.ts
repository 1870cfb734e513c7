import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dictName, dictNumber, flagNames } from '../../src/schema/display.ts';
import { BUILT_IN } from '../../src/schema/built-in.ts';
import { imagesFacts } from '../facts/facts.ts';

const fields = BUILT_IN.messageNames().flatMap((name) => BUILT_IN.message(name).fields);

test('flags have the names and bits of CRIU', () => {
  for (const [table, facts] of Object.entries(imagesFacts.flags)) {
    assert.deepEqual(flagNames(table), Object.entries(facts), table);
  }
});

test('every table of flags that a field names is there, and each is used', () => {
  const used = new Set(fields.flatMap((field) => field.display?.flags ?? []));
  assert.deepEqual([...used].sort(), Object.keys(imagesFacts.flags).sort());
});

test('values have the names of CRIU, both ways', () => {
  for (const [table, byField] of Object.entries(imagesFacts.dicts)) {
    for (const [field, facts] of Object.entries(byField)) {
      for (let value = 0; value < 256; value++) {
        assert.equal(dictName(table, field, value), facts[value], `${table} ${field} ${value}`);
      }
      for (const [value, name] of Object.entries(facts)) {
        assert.equal(dictNumber(table, field, name), Number(value), name);
      }
    }
  }
});

test('every table of values that a field names is there, and each is used', () => {
  const used = fields.flatMap(({ name, display }) => (display?.dict === undefined ? [] : [`${display.dict} ${name}`]));
  const there = Object.entries(imagesFacts.dicts).flatMap(([table, byField]) =>
    Object.keys(byField).map((field) => `${table} ${field}`),
  );
  assert.deepEqual([...new Set(used)].sort(), there.sort());
});

test('what is in no table has no name', () => {
  assert.deepEqual(flagNames('nothing'), []);
  assert.deepEqual(flagNames('constructor'), []);
  assert.equal(dictName('gen', 'nothing', 1), undefined);
  assert.equal(dictName('nothing', 'task_state', 1), undefined);
  assert.equal(dictName('gen', 'task_state', 4294967295), undefined);
  assert.equal(dictNumber('gen', 'task_state', 'nobody'), undefined);
  assert.equal(dictNumber('gen', 'constructor', 'name'), undefined);
  assert.equal(dictNumber('constructor', 'task_state', 'Alive'), undefined);
});

test('a field has no two displays that exclude each other', () => {
  for (const { name, display } of fields) {
    const { hex, ipadd, flags, dev, dict, conv } = display ?? {};
    const some = [hex, ipadd, flags, dev, dict, conv].filter((option) => option !== undefined);
    assert.ok(some.length <= 1, name);
    assert.ok(display?.odev === undefined || dev === true, name);
  }
});
