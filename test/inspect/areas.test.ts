/** Of many areas those are told of which most is saved; the others between them as one, with nothing lost of the sums. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { addressSpaceOf } from '../../src/inspect/areas.ts';
import { CheckpointMemory } from '../../src/memory/checkpoint-memory.ts';
import { ANON_PRIVATE, PAGE, buildCheckpoint } from '../memory/build-checkpoint.ts';
import { temporary } from '../temporary.ts';

const SIZE = 16;
const COUNT = 20;

test('the areas of which most is saved stand by themselves', (t) => {
  const starts = Array.from({ length: COUNT }, (_, i) => 0x100000 + 2 * i * SIZE * PAGE);
  // 7 is prime to 16: every number of pages from 0 to 15 comes, out of order.
  const saved = starts.map((_, i) => (7 * i) % SIZE);
  const checkpoint = Checkpoint.openDirectory(
    buildCheckpoint(temporary(t), {
      processes: [
        {
          pid: 7,
          areas: starts.map((start) => ({ start, end: start + SIZE * PAGE, kind: ANON_PRIVATE })),
          pages: starts.flatMap((at, i) =>
            saved[i] === 0 ? [] : [{ at, data: Buffer.alloc((saved[i] ?? 0) * PAGE, 1) }],
          ),
        },
      ],
    }),
  );
  t.after(() => checkpoint.close());
  const process = new CheckpointMemory(checkpoint).process(7);
  const all = saved.reduce((sum, each) => sum + each, 0);
  for (const most of [1, 3, 5, COUNT]) {
    const { areas, vmas, byKind } = addressSpaceOf(process, most);
    const sum = (of: (area: (typeof areas)[number]) => number): number =>
      areas.reduce((total, each) => total + of(each), 0);
    const alone = areas.filter(({ kind }) => kind !== undefined);
    const largest = [...saved].sort((a, b) => b - a).slice(0, most);
    assert.deepEqual(
      alone.map(({ here }) => here).sort((a, b) => b - a),
      largest,
    );
    assert.deepEqual([vmas, sum((each) => each.count), sum((each) => each.here)], [COUNT, COUNT, all]);
    assert.equal(
      sum((each) => each.pages),
      COUNT * SIZE,
    );
    assert.equal(
      Object.values(byKind).reduce((total, each) => total + each, 0),
      all,
    );
    for (const [i, area] of areas.entries())
      assert.ok(area.start >= (areas[i - 1]?.end ?? 0n) && area.end > area.start);
  }
});
