import type { Area } from '../checkpoint/area.ts';
import type { ProcessMemory } from './process-memory.ts';

/** An area, and how many of its pages are where. */
export interface MappedArea {
  readonly area: Area;
  readonly pages: number;
  /** In this dump, in those before it, and left to a lazy-pages server. */
  readonly here: number;
  readonly inParent: number;
  readonly lazy: number;
  /** Of those here and in parents, how many belong to memory that is shared. */
  readonly shared: number;
}

/** The areas of a process with what is saved of each. */
export function* memoryMap(process: ProcessMemory, areas: readonly Area[]): Generator<MappedArea, void, undefined> {
  for (const area of areas) {
    let here = 0;
    let inParent = 0;
    let lazy = 0;
    let shared = 0;
    for (const { extent, count, shmem } of process.pieces(area.start, area.end, [area])) {
      if (!extent) continue;
      if (extent.stored === 'lazy') lazy += count;
      else if (extent.depth > 0) inParent += count;
      else here += count;
      if (shmem !== undefined && extent.stored !== 'lazy') shared += count;
    }
    yield { area, pages: area.end - area.start, here, inParent, lazy, shared };
  }
}
