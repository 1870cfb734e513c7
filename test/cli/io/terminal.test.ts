import assert from 'node:assert/strict';
import { test } from 'node:test';
import { safeJson, safeText } from '../../../src/cli/io/terminal.ts';

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

test('JSON stays the same value, on the lines that it is on', () => {
  const value = { 'a\u009b0m': ['\u202e', '\u2028', '\u001b', '\ud800', 'käse 👩'], b: '\t\n\u007f' };
  for (const json of [JSON.stringify(value), JSON.stringify(value, undefined, '\t')]) {
    const safe = safeJson(json);
    assert.deepEqual(JSON.parse(safe), value);
    assert.doesNotMatch(safe, /(?![\n\t])[\p{Cc}\p{Zl}\p{Bidi_Control}]/u);
    assert.equal(safe.split('\n').length, json.split('\n').length);
  }
});
