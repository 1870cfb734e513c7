import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatJson, formatJsonParts, parseJson } from '../../src/codec/json.ts';
import { CritError } from '../../src/error.ts';

for (const [text, value] of [
  ['0.30000000000000004', 0.1 + 0.2],
  [
    '[0.1234567890123456789,-1.2345678901234567e-10]',
    [Number('0.1234567890123456789'), Number('-1.2345678901234567e-10')],
  ],
  ['12345678901234567.5', Number('12345678901234567.5')],
  ['1e1000000000000000000', Infinity],
  ['12345678901234567e5', Number('12345678901234567e5')],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', '9007199254740992'],
  ['[-9007199254740993,18446744073709551615]', ['-9007199254740993', '18446744073709551615']],
  [
    '{"a":"x 18446744073709551615","b":18446744073709551615}',
    { a: 'x 18446744073709551615', b: '18446744073709551615' },
  ],
  ['{"a\\"":-0.00000000000000000001}', { 'a"': -1e-20 }],
] as const) {
  test(`numbers of many digits: ${text}`, () => assert.deepEqual(parseJson(text), value));
}

test('what is not JSON is not made JSON', () => {
  for (const text of [
    '00000000000000000000',
    '1-2000000000000000000',
    '-',
    '1.2.3000000000000000',
    '+10000000000000000',
  ]) {
    assert.throws(() => parseJson(text), /not JSON/, text);
  }
});

test('a value that is nested too deep is an error', () => {
  const deep = parseJson('['.repeat(1_000_000) + ']'.repeat(1_000_000));
  assert.throws(
    () => formatJson(deep),
    (error) => error instanceof CritError && error.code === 'value',
  );
});

test('an object in parts has the text that it has at once', () => {
  for (const object of [
    {},
    { none: undefined },
    { list: [] },
    { a: 1, 'b"': [1n, 2n ** 63n, { c: [] }, Buffer.from('x')], none: undefined, d: { e: [] }, f: 'g' },
  ]) {
    const parts = [...formatJsonParts(object)];
    assert.equal(parts.join(''), formatJson(object));
  }
  assert.ok([...formatJsonParts({ list: [1, 2, 3] })].every((part) => part.length < 10));
});
