import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedBytes, countChanged, newStrings } from '../../src/diff/changed-bytes.ts';

test('bytes that are near one another are one run', () => {
  const before = Buffer.alloc(64);
  const after = Buffer.from(before);
  after.set([1, 0, 2], 3);
  after[40] = 9;
  assert.equal(countChanged(before, after), 3);
  const runs = [...changedBytes(before, after)].map(({ at, after: is }) => `${at} ${is.toString('hex')}`);
  assert.deepEqual(runs, ['3 010002', '40 09']);
});

test('a run that goes on and on is told in parts', () => {
  const runs = [...changedBytes(Buffer.alloc(100), Buffer.alloc(100, 1))];
  assert.equal(Buffer.concat(runs.map(({ after }) => after)).length, 100);
  assert.ok(runs.every(({ after }) => after.length <= 32));
});

test('text that came', () => {
  assert.deepEqual(newStrings(Buffer.from('one two\0'), Buffer.from('one two\0another text\0another text\0abc\0')), [
    'another text',
  ]);
});
