/** The decisions of LXD and of P.Haul, at their corners. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decidePreCopy, type PreCopyOptions } from '../../src/stats/pre-copy.ts';
import type { DumpStats } from '../../src/checkpoint/statistics.ts';

function stats(written: number | bigint, skipped: number | bigint, more: Partial<DumpStats> = {}): DumpStats {
  const number = (value: number | bigint): number | string =>
    Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  return {
    freezing_time: 0,
    frozen_time: 0,
    memdump_time: 0,
    memwrite_time: 0,
    pages_scanned: 0,
    pages_lazy: 0,
    pages_written: number(written),
    pages_skipped_parent: number(skipped),
    ...more,
  };
}

for (const [what, [written, skipped], options, expected] of [
  ['no pages at all', [0, 0], {}, [0, 'none']],
  ['no pages at all, in the last round', [0, 0], { iteration: 10 }, [0, 'max']],
  ['none was written', [0, 5], {}, [100, 'goal']],
  ['all were written', [5, 0], {}, [0, 'none']],
  ['exactly 70 %', [30, 70], {}, [70, 'none']],
  ['71 %', [29, 71], {}, [71, 'goal']],
  ['70.1 %, of which the percentage that was written is cut', [299, 701], {}, [71, 'goal']],
  ['69.9 %', [301, 699], {}, [70, 'none']],
  ['a goal of 0, with nothing skipped', [5, 0], { goal: 0 }, [0, 'none']],
  ['a goal of 0', [99, 1], { goal: 0 }, [1, 'goal']],
  ['a goal of 100 is never reached', [0, 5], { goal: 100 }, [100, 'none']],
  ['round 9', [9, 1], { iteration: 9 }, [10, 'none']],
  ['round 10', [9, 1], { iteration: 10 }, [10, 'max']],
  ['round 3 of 3', [9, 1], { iteration: 3, max: 3 }, [10, 'max']],
  ['the goal counts before the number of rounds', [1, 9], { iteration: 10 }, [90, 'goal']],
  ['numbers above 2^53', [3n * 2n ** 60n, 7n * 2n ** 60n], {}, [70, 'none']],
  ['numbers above 2^53, one page less', [3n * 2n ** 60n - 1n, 7n * 2n ** 60n + 1n], {}, [71, 'goal']],
] as const) {
  test(`lxd: ${what}`, () => {
    const decision = decidePreCopy(stats(written, skipped), { rule: 'lxd', ...options });
    assert.deepEqual([decision.percent, decision.reason], expected);
    assert.equal(decision.final, decision.reason !== 'none');
  });
}

for (const [what, [written, skipped], options, reason] of [
  ['63 pages', [63, 0], {}, 'small'],
  ['64 pages', [64, 0], {}, 'none'],
  ['round 7', [64, 0], { iteration: 7 }, 'none'],
  ['round 8', [64, 0], { iteration: 8 }, 'max'],
  ['round 2 of 2', [64, 0], { iteration: 2, max: 2 }, 'max'],
  ['exactly 10 % more', [1100, 0], { previous: stats(1000, 0) }, 'none'],
  ['a page more than 10 %', [1101, 0], { previous: stats(1000, 0) }, 'grow'],
  ['fewer pages', [500, 0], { previous: stats(1000, 0) }, 'none'],
  ['after a round that wrote nothing', [64, 0], { previous: stats(0, 9) }, 'grow'],
  ['numbers above 2^53', [11n * 2n ** 60n, 0], { previous: stats(10n * 2n ** 60n, 0) }, 'none'],
  ['numbers above 2^53, one page more', [11n * 2n ** 60n + 1n, 0], { previous: stats(10n * 2n ** 60n, 0) }, 'grow'],
] as const) {
  test(`phaul: ${what}`, () => {
    assert.equal(decidePreCopy(stats(written, skipped), { rule: 'phaul', ...options }).reason, reason);
  });
}

test('pages of shared memory count where they are asked for', () => {
  const shared = stats(10, 10, { shpages_written: 80, shpages_skipped_parent: 0 });
  const options: PreCopyOptions = { rule: 'phaul', previous: stats(60, 0) };
  assert.equal(decidePreCopy(shared, options).reason, 'small');
  const both = decidePreCopy(shared, { ...options, includeShmem: true });
  assert.deepEqual([both.written, both.skipped, both.percent, both.growth, both.reason], [90n, 10n, 10, 50, 'grow']);
  assert.equal(decidePreCopy(stats(10, 10), { ...options, includeShmem: true }).written, 10n);
});

test('the growth is that of the pages that were written', () => {
  assert.equal(decidePreCopy(stats(45, 66), { rule: 'lxd', previous: stats(111, 0) }).growth, -59.46);
  assert.equal('growth' in decidePreCopy(stats(45, 66), { rule: 'lxd', previous: stats(0, 1) }), false);
  assert.equal('growth' in decidePreCopy(stats(45, 66), { rule: 'lxd' }), false);
});

test('a percentage is that of whole-number arithmetic', () => {
  const pages = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(pages, pages, (written, skipped) => {
      const { percent } = decidePreCopy(stats(written, skipped), { rule: 'lxd' });
      const total = written + skipped;
      // The largest share of written pages that is a whole percentage.
      const share = BigInt(100 - percent);
      if (total === 0n) assert.equal(percent, 0);
      else assert.ok(share * total <= 100n * written && 100n * written < (share + 1n) * total);
    }),
  );
});
