/** The statistics of a chain of dumps: the rounds of a pre-copy migration. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ifReadable } from '../checkpoint/if-readable.ts';
import { DUMP_STATISTICS, readDumpStats, type DumpStats } from '../checkpoint/statistics.ts';

/** More than anybody makes. */
const MOST = 1000;

/** Those of a dump and of all before it, the oldest first; none where one of them has no statistics. */
export function readRounds(directory: string): DumpStats[] {
  const rounds: DumpStats[] = [];
  const seen = new Set<string>();
  for (let path = directory; rounds.length < MOST;) {
    const stats = ifReadable(() => readDumpStats(join(path, DUMP_STATISTICS)));
    if (!stats) return [];
    rounds.unshift(stats);
    const parent = join(path, 'parent');
    if (!existsSync(parent)) break;
    path = realpathSync(parent);
    if (seen.has(path)) break;
    seen.add(path);
  }
  return rounds;
}
