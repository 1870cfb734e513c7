/**
 * Whether another round of a pre-copy migration is worth it. Memory is dumped again and again while the process runs; each
 * round writes the pages that changed since the one before, until a last one, with the process stopped, is short enough.
 */
import type { DumpStats } from '../checkpoint/statistics.ts';

/** `lxd`: as LXD decides; `phaul`: as P.Haul, CRIU's own migration program, does. */
export type PreCopyRule = 'lxd' | 'phaul';

/** Why the next dump is the last one; `none`: it is not. */
export type PreCopyReason = 'goal' | 'small' | 'grow' | 'max' | 'none';

export interface PreCopyOptions {
  readonly rule: PreCopyRule;
  /** Statistics of the round before this one, where there was one. */
  readonly previous?: DumpStats | undefined;
  /** Number of this round. */
  readonly iteration?: number | undefined;
  /** The number of rounds that is never exceeded: 10 for lxd, 8 for phaul. */
  readonly max?: number | undefined;
  /** For lxd: the percentage of unchanged pages above which the next dump is the last one; 70. */
  readonly goal?: number | undefined;
  /** Whether pages of shared memory count as well. */
  readonly includeShmem?: boolean | undefined;
}

export interface PreCopyDecision {
  /** Whether the next dump is the last one. */
  readonly final: boolean;
  readonly reason: PreCopyReason;
  readonly rule: PreCopyRule;
  readonly written: bigint;
  readonly skipped: bigint;
  /** 100 less the whole percentage of pages that were written; 0 where there were none. */
  readonly percent: number;
  /** How many percent more pages were written than in the round before; absent where there was none, or it wrote none. */
  readonly growth?: number;
}

const LXD_GOAL = 70;
const LXD_MOST_ROUNDS = 10;
/** Pages. */
const PHAUL_SMALL = 64n;
const PHAUL_MOST_ROUNDS = 8;
const PHAUL_MOST_GROWTH = 10n;

/** Decides by the statistics of the round that was made last. */
export function decidePreCopy(stats: DumpStats, options: PreCopyOptions): PreCopyDecision {
  const { rule, previous, includeShmem = false } = options;
  const { written, skipped } = countPages(stats, includeShmem);
  const before = previous && countPages(previous, includeShmem).written;
  const total = written + skipped;
  const percent = total === 0n ? 0 : 100 - Number((100n * written) / total);
  const reason = rule === 'lxd' ? lxdReason(percent, options) : phaulReason(written, before, options);
  const growth = before === undefined || before === 0n ? undefined : Number((written - before) * 100n) / Number(before);
  return {
    final: reason !== 'none',
    reason,
    rule,
    written,
    skipped,
    percent,
    ...(growth !== undefined && { growth: Math.round(growth * 100) / 100 }),
  };
}

function lxdReason(
  percent: number,
  { goal = LXD_GOAL, max = LXD_MOST_ROUNDS, iteration = 0 }: PreCopyOptions,
): PreCopyReason {
  if (percent > goal) return 'goal';
  return iteration >= max ? 'max' : 'none';
}

function phaulReason(
  written: bigint,
  before: bigint | undefined,
  { max = PHAUL_MOST_ROUNDS, iteration = 0 }: PreCopyOptions,
): PreCopyReason {
  if (written < PHAUL_SMALL) return 'small';
  if (iteration >= max) return 'max';
  // Not divided, so that it holds for a round before that wrote nothing, too.
  return before !== undefined && (written - before) * 100n > PHAUL_MOST_GROWTH * before ? 'grow' : 'none';
}

function countPages(stats: DumpStats, includeShmem: boolean): { written: bigint; skipped: bigint } {
  const shared: Partial<DumpStats> = includeShmem ? stats : {};
  return {
    written: BigInt(stats.pages_written) + BigInt(shared.shpages_written ?? 0),
    skipped: BigInt(stats.pages_skipped_parent) + BigInt(shared.shpages_skipped_parent ?? 0),
  };
}
