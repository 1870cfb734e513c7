import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  formatQuotedPrintable,
  formatUnlikeBase64,
  looksLikeBase64,
  parseQuotedPrintable,
} from '../../src/codec/quoted-printable.ts';

/** What Python's quopri.encodestring gives. */
const TEXTS: [bytes: string, text: string][] = [
  ['', ''],
  ['abc', 'abc'],
  ['a=b', 'a=3Db'],
  ['\0abstract', '=00abstract'],
  ['/tmp/sock', '/tmp/sock'],
  ['a b', 'a b'],
  ['a ', 'a=20'],
  ['a\t', 'a=09'],
  [' ', '=20'],
  ['a \nb', 'a=20\nb'],
  ['a\t\nb', 'a=09\nb'],
  ['\n', '\n'],
  ['.', '=2E'],
  ['.\n.', '=2E\n=2E'],
  ['..', '..'],
  ['\xff\x80', '=FF=80'],
  ['x'.repeat(75), 'x'.repeat(75)],
  ['x'.repeat(76), 'x'.repeat(76)],
  ['x'.repeat(77), `${'x'.repeat(75)}=\nxx`],
  ['x'.repeat(80), `${'x'.repeat(75)}=\nxxxxx`],
  ['\0'.repeat(30), `${'=00'.repeat(25)}=\n${'=00'.repeat(5)}`],
  [`${'a'.repeat(74)}=`, `${'a'.repeat(74)}=\n=3D`],
  [`${'a'.repeat(73)}\0b`, `${'a'.repeat(73)}=\n=00b`],
  ['a=\n', 'a=3D\n'],
  ['a\rb', 'a\rb'],
];

for (const [bytes, text] of TEXTS) {
  test(JSON.stringify(bytes), () => {
    assert.equal(formatQuotedPrintable(Buffer.from(bytes, 'latin1')), text);
    assert.deepEqual(parseQuotedPrintable(text), new Uint8Array(Buffer.from(bytes, 'latin1')));
  });
}

test('a carriage return before a newline is kept, which Python loses', () => {
  assert.equal(formatQuotedPrintable(Buffer.from('a\r\nb')), 'a=0D\nb');
});

test('all bytes come back, in a text that is not taken for base64', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ maxLength: 120 }).map((text) => Buffer.from(text, 'latin1')),
  );
  fc.assert(
    fc.property(bytes, (some) => {
      assert.deepEqual(Buffer.from(parseQuotedPrintable(formatQuotedPrintable(some)) ?? []), Buffer.from(some));
      const text = formatUnlikeBase64(some);
      assert.equal(looksLikeBase64(text), false, text);
      assert.deepEqual(Buffer.from(parseQuotedPrintable(text) ?? []), Buffer.from(some));
    }),
    { seed: 1, numRuns: 2000 },
  );
});

test('no quoted-printable', () => {
  for (const text of ['=', 'a=', '=0', '=GG', '= 41', '\u0100', '=\r'])
    assert.equal(parseQuotedPrintable(text), undefined, text);
});
