/** Saved pages of shared memory, by process. */
import { ifReadable } from '../checkpoint/if-readable.ts';
import type { CheckpointMemory } from '../memory/checkpoint-memory.ts';

/** How many there are of the memory that each process maps; a segment counts once with each. */
export function sharedPages(memory: CheckpointMemory | undefined): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const { store, users } of ifReadable(() => memory?.shared) ?? []) {
    const pages = ifReadable(() => store?.pagemap.totals.here) ?? 0;
    for (const pid of new Set(users.map(({ process }) => process.pid))) found.set(pid, (found.get(pid) ?? 0) + pages);
  }
  return found;
}
