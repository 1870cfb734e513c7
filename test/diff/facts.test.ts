import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesOf, factsOf } from '../../src/diff/facts.ts';

test('messages and lists become facts with paths; lists of numbers are one fact', () => {
  const facts = factsOf({ a: 1, b: { c: 'x', d: [1, 2] }, e: [{ f: true }, { f: false }], g: undefined });
  assert.deepEqual(
    [...facts],
    [
      ['a', 1],
      ['b.c', 'x'],
      ['b.d', [1, 2]],
      ['e[0].f', true],
      ['e[1].f', false],
    ],
  );
});

test('noise is left out with all that is in it', () => {
  const facts = factsOf({ id: 7, timers: { real: { isec: 1 } }, kept: 1 }, (field) => /^(?:id|timers)$/.test(field));
  assert.deepEqual([...facts], [['kept', 1]]);
});

test('what changed, came and went', () => {
  const before = factsOf({ same: 1, list: [1, 2], changed: 'a', gone: true });
  const after = factsOf({ same: 1, list: [1, 2], changed: 'b', come: 0 });
  assert.deepEqual(
    [...changesOf(before, after)],
    [
      { field: 'changed', before: 'a', after: 'b' },
      { field: 'gone', before: true, after: undefined },
      { field: 'come', before: undefined, after: 0 },
    ],
  );
});
