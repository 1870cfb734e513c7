import type { Vma } from '../checkpoint/vma.ts';
import { VmaList } from '../checkpoint/vma-list.ts';
import type { ProcessMemory } from './process-memory.ts';

/** A VMA, and how many of its pages are where. */
export interface MappedVma {
  readonly vma: Vma;
  readonly pages: number;
  /** In this dump, in those before it, and left to a lazy-pages server. */
  readonly here: number;
  readonly inParent: number;
  readonly lazy: number;
  /** Of those here and in parents, how many belong to memory that is shared. */
  readonly shared: number;
}

/** The VMAs of a process with what is saved of each. */
export function* memoryMap(
  process: ProcessMemory,
  vmas: VmaList = process.vmas,
): Generator<MappedVma, void, undefined> {
  for (const vma of vmas) {
    let here = 0;
    let inParent = 0;
    let lazy = 0;
    let shared = 0;
    for (const { extent, count, shmem } of process.pieces(vma.page, vma.endPage, VmaList.of([vma]))) {
      if (!extent) continue;
      if (extent.stored === 'lazy') lazy += count;
      else if (extent.depth > 0) inParent += count;
      else here += count;
      if (shmem !== undefined && extent.stored !== 'lazy') shared += count;
    }
    yield { vma, pages: vma.endPage - vma.page, here, inParent, lazy, shared };
  }
}
