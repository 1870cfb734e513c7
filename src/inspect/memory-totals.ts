import { CritError } from '../error.ts';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { readSavedPages } from '../checkpoint/saved-pages.ts';

/** Pages of all processes, by where their contents are. */
export interface MemoryTotals {
  readonly here: number;
  readonly inParent: number;
  readonly lazy: number;
}

/** Counts pages in the pagemaps of processes. */
export function countMemory(directory: ImageDirectory, pids: Iterable<number>): MemoryTotals {
  let here = 0;
  let inParent = 0;
  let lazy = 0;
  for (const pid of pids) {
    if (!directory.has(`pagemap-${pid}.img`)) continue;
    for (const run of readSavedPages(directory, pid)) {
      const count = Number(run.pages);
      if (!Number.isSafeInteger(count))
        throw new CritError('format', 'has more pages than there are', { image: `pagemap-${pid}.img` });
      if (run.isInParent) inParent += count;
      else if (run.isPresent) here += count;
      else if (run.isLazy) lazy += count;
    }
  }
  return { here, inParent, lazy };
}
