import assert from 'node:assert/strict';
import { test } from 'node:test';
import { schemaText } from '../../src/schema/generated/schema.ts';
import { Schema, type Field } from '../../src/schema/schema.ts';
import { fileFacts, type FieldFacts } from '../facts/facts.ts';

const schema = new Schema(schemaText);

// opts.proto says how fields are shown; no image holds its message.
const files = Object.entries(fileFacts)
  .filter(([file]) => file !== 'opts.proto')
  .map(([, facts]) => facts);
const messages = files.flatMap((file) => Object.entries(file.messages));
const enums = new Map([
  ...files.flatMap((file) => Object.entries(file.enums ?? {})),
  ...messages.flatMap(([name, message]) =>
    Object.entries(message.enums ?? {}).map(([inner, values]) => [`${name}.${inner}`, values] as const),
  ),
]);

test('the schema has the messages of CRIU and no others', () => {
  assert.deepEqual(schema.messageNames().sort(), messages.map(([name]) => name).sort());
});

test('the fields of every message are those of CRIU, in the order of their numbers', () => {
  for (const [name, facts] of messages) {
    const { fields } = schema.message(name);
    assert.deepEqual(
      fields.map(describe),
      facts.fields.toSorted((a, b) => a.number - b.number),
      name,
    );
  }
});

test('fields are found by number and by name', () => {
  for (const name of schema.messageNames()) {
    const type = schema.message(name);
    for (const field of type.fields) {
      assert.equal(type.byNumber.get(field.number), field);
      assert.equal(type.byName.get(field.name), field);
    }
    assert.equal(type.byNumber.size, type.fields.length);
    assert.equal(type.byName.size, type.fields.length);
  }
});

test('every enum in use has the values of CRIU', () => {
  const seen = new Set<string>();
  for (const field of schema.messageNames().flatMap((name) => schema.message(name).fields)) {
    if (field.kind !== 'enum') continue;
    const { name, names, numbers } = field.type;
    const facts = Object.entries(enums.get(name) ?? {});
    assert.deepEqual(numbers, new Map(facts), name);
    assert.deepEqual(names, new Map(facts.map(([key, value]) => [value, key])), name);
    seen.add(name);
  }
  const used = new Set(messages.flatMap(([, facts]) => facts.fields.map((field) => field.type)));
  assert.deepEqual([...seen].sort(), [...enums.keys()].filter((name) => used.has(name)).sort());
});

test('a message is built once, also where it holds itself', () => {
  const type = schema.message('cgroup_dir_entry');
  assert.equal(schema.message('cgroup_dir_entry'), type);
  const children = type.byName.get('children');
  assert.ok(children?.kind === 'message');
  assert.equal(children.type, type);
});

test('messages that can hold themselves are known', () => {
  const recursive = schema.messageNames().filter((name) => schema.message(name).recursive);
  assert.deepEqual(recursive.sort(), recursiveByFacts());
});

test('a message that is not there is an error, whatever its name', () => {
  for (const name of ['nothing', '', '__proto__', 'constructor', 'toString']) {
    assert.throws(() => schema.message(name), { name: 'RangeError', message: `no message ${name} in the schema` });
  }
});

test('text that holds no field is an error', () => {
  for (const text of ['int32', 'sometimes int32 a 1', 'optional', 'optional int32']) {
    const broken = new Schema({ messages: { broken: text }, enums: {} });
    assert.throws(() => broken.message('broken'), RangeError, text);
  }
  const unknown = new Schema({ messages: { broken: 'optional nothing a 1' }, enums: {} });
  assert.throws(() => unknown.message('broken'), /no message nothing/);
});

test('messages can hold each other', () => {
  const mutual = new Schema({
    messages: { a: 'optional b x 1', b: 'repeated a y 1;optional c z 2', c: '' },
    enums: {},
  });
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => mutual.message(name).recursive),
    [true, true, false],
  );
  assert.deepEqual(mutual.message('c').fields, []);
});

function describe(field: Field): FieldFacts {
  return {
    number: field.number,
    name: field.name,
    type: field.kind === 'enum' || field.kind === 'message' ? field.type.name : field.kind,
    label: field.label,
    ...(field.defaultValue !== undefined && { default: field.defaultValue }),
    ...(field.packed && { packed: true }),
    ...(field.display && { criu: { ...field.display } }),
  };
}

function recursiveByFacts(): string[] {
  const types = new Map(messages.map(([name, facts]) => [name, facts.fields.map((field) => field.type)]));
  const reachable = (name: string): Set<string> => {
    const seen = new Set<string>();
    const queue = [name];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const type of types.get(next) ?? []) {
        if (!seen.has(type)) queue.push(type);
        seen.add(type);
      }
    }
    return seen;
  };
  return [...types.keys()].filter((name) => reachable(name).has(name)).sort();
}
