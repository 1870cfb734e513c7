import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeText } from '../../../src/cli/io/terminal.ts';

for (const [what, text, safe] of [
  ['an escape sequence', '\u001b[2Jx', '\\x1b[2Jx'],
  ['newline, tab and NUL', 'a\nb\tc\0', 'a\\x0ab\\x09c\\x00'],
  ['DEL and C1', '\u007f\u009b0m', '\\x7f\\x9b0m'],
  ['turned writing', 'a\u202eb\u2066c\u200fd\u061c', 'a\\u202eb\\u2066c\\u200fd\\u061c'],
  ['separators of lines and paragraphs', '\u2028\u2029', '\\u2028\\u2029'],
  ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
] as const) {
  test(`${what} becomes visible`, () => {
    assert.equal(safeText(text), safe);
  });
}

test('letters of all kinds stay', () => {
  const text = 'käse "名前" مرحبا 👩‍👩‍👧 \\x1b';
  assert.equal(safeText(text), text);
});
