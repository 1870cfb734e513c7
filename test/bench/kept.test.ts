import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptRun, slower, type KeptRun } from '../../bench/kept.ts';

type Row = readonly [row: string, seconds: number, least: number, most: number];

function run(rows: readonly Row[], cores = 2): KeptRun {
  return {
    machine: { processor: 'a processor', cores, memory: 8, kernel: '6', versions: [], load: 0 },
    isQuick: false,
    results: rows.map(([row, seconds, least, most]) => ({ row, ours: 'crit-cat', seconds, range: [least, most] })),
  };
}

const before = run([
  ['cat', 1, 0.9, 1.1],
  ['pack', 2, 1.9, 2.1],
]);

test('a row is slower where none of its runs was as fast as the slowest one before', () => {
  const now = run([
    ['cat', 1.3, 1.2, 1.4],
    ['pack', 2, 1.9, 2.1],
  ]);
  assert.deepEqual(slower(before, now), ['slower: cat: 1.300 s (1.200..1.400), was 1.000 s (0.900..1.100)']);
});

test('a median that is higher within the spread of either run is not slower, and neither is a faster or a new row', () => {
  assert.deepEqual(slower(before, run([['cat', 1.3, 1.05, 1.4]])), []);
  assert.deepEqual(slower(before, run([['cat', 0.5, 0.4, 0.6]])), []);
  assert.deepEqual(slower(before, run([['new', 9, 9, 9]])), []);
});

test('a hundredth is noise, even where the runs never overlap', () => {
  assert.deepEqual(slower(run([['cat', 1, 1, 1]]), run([['cat', 1.01, 1.01, 1.01]])), []);
});

test('a row with several peers is told once', () => {
  const twice = run([
    ['cat', 3, 3, 3],
    ['cat', 3, 3, 3],
  ]);
  assert.equal(slower(before, twice).length, 1);
});

test('another machine is told', () => {
  const told = slower(before, run([['cat', 3, 3, 3]], 4));
  assert.equal(told[1], 'but that was another machine: 2 x a processor');
});

test('what --json did not write, and another size, are refused', () => {
  assert.throws(() => keptRun('{"results":[]}'), /not what --json writes/);
  assert.throws(() => slower({ ...before, isQuick: true }, before), /--quick/);
  assert.deepEqual(keptRun(JSON.stringify(before)), before);
});
