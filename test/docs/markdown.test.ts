import assert from 'node:assert/strict';
import test from 'node:test';
import { examples, shortened } from './markdown.ts';

test('a block is its commands, over as many lines as they take, with what they print', () => {
  const text = '$ echo a |\n>   cat\na\n$ true\n$ printf "b\\n\\n> c\\n"\nb\n\n> c\n';
  assert.deepEqual(examples({ place: 'here:1', language: 'console', text }), [
    { command: 'echo a |\n  cat', output: 'a\n' },
    { command: 'true', output: '' },
    { command: 'printf "b\\n\\n> c\\n"', output: 'b\n\n> c\n' },
  ]);
  assert.throws(() => examples({ place: 'here:1', language: 'console', text: 'a\n' }), /here:1: output before/);
});

test('three dots stand for the rest of a line or for whole lines, and all else for itself', () => {
  const cases: [expected: string, actual: string, matches: boolean][] = [
    ['a.c\n', 'a.c\n', true],
    ['a.c\n', 'abc\n', false],
    ['a\n', 'a\nb\n', false],
    ['', 'a\n', false],
    ['{"a":"b..."}\n', '{"a":"bcd"}\n', true],
    ['{"a":"b..."}\n', '{"a":"bcd"\n}\n', false],
    ['a\n...\nd\n', 'a\nb\nc\nd\n', true],
    ['a\n...\nd\n', 'a\nd\n', true],
    ['a\n...\nd\n', 'a\nb\nc\n', false],
    ['(1 + [2]) * 3 | {4}?\n', '(1 + [2]) * 3 | {4}?\n', true],
  ];
  for (const [expected, actual, matches] of cases)
    assert.equal(shortened(expected).test(actual), matches, `${expected} against ${actual}`);
});
