import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Output } from '../../../src/codec/output.ts';
import { appendPlainEntry } from '../../../src/line/filter/plain-entry.ts';

function plain(entry: Readonly<Record<string, unknown>>): string | undefined {
  const output = new Output(16);
  output.appendText('before ');
  return appendPlainEntry(output, entry) ? output.view().toString().slice('before '.length) : undefined;
}

const values = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.boolean(), fc.string(), fc.constant(undefined));

test('an entry of plain values is written as JSON.stringify writes it, or left to it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), values, { noNullPrototype: true }), (entry) => {
      const text = plain(entry);
      if (text !== undefined) assert.equal(text, JSON.stringify(entry));
    }),
  );
  for (const entry of [
    {},
    {
      a: 0,
      b: -0,
      c: -1,
      d: 2 ** 31,
      e: -(2 ** 31),
      f: 2 ** 32,
      g: Number.MAX_SAFE_INTEGER,
      h: Number.MIN_SAFE_INTEGER,
    },
    { vaddr: 139637976727552, flags: 'PE_PRESENT', ok: true, no: false },
    { a: undefined, b: 1, c: undefined },
    { a: 'x'.repeat(128) },
  ])
    assert.equal(plain(entry), JSON.stringify(entry));
});

test('what JSON writes in another way than it stands is left to JSON', () => {
  for (const value of [1.5, NaN, 1e21, 1n, null, 'a"', 'a\\', 'a\n', 'é', 'x'.repeat(129), [], {}, () => 1])
    assert.equal(plain({ value }), undefined);
  assert.equal(plain({ a: 1, toJSON: () => 'own' }), undefined);
  const dated: Record<string, unknown> = Object.create({ toJSON: () => 'own' });
  dated['a'] = 1;
  assert.equal(plain(dated), undefined);
});
