/** How the pages of a pagemap lie beside VMAs. Both come in the order of their addresses. */
import { IN_PARENT, LAZY, PRESENT } from './pagemap-entry.ts';
import type { PageRun } from './pagemap.ts';
import type { Vma } from './vma.ts';
import type { VmaList } from './vma-list.ts';

/** What a checkpoint has of the pages of a VMA, in pages. */
export interface VmaPages<T> {
  readonly vma: T;
  present: number;
  inParent: number;
  lazy: number;
}

/** Counts the pages of each VMA; `vmaOf` gives the VMA of an item. */
export function* countPages<T>(
  items: Iterable<T>,
  vmaOf: (item: T) => Vma,
  runs: Iterator<PageRun>,
): Generator<VmaPages<T>, void, undefined> {
  let next = runs.next();
  for (const item of items) {
    const { page, endPage } = vmaOf(item);
    const counted = { vma: item, present: 0, inParent: 0, lazy: 0 };
    for (; next.done !== true && next.value.page < endPage; next = runs.next()) {
      const { page: first, count: all, flags } = next.value;
      const count = Math.max(0, Math.min(endPage, first + all) - Math.max(page, first));
      if ((flags & PRESENT) !== 0) counted.present += count;
      else if ((flags & IN_PARENT) !== 0) counted.inParent += count;
      else if ((flags & LAZY) !== 0) counted.lazy += count;
      // The rest of it belongs to the VMAs behind this one.
      if (first + all > endPage) break;
    }
    yield counted;
  }
}

/** Some pages one after another. */
export interface PageRange {
  readonly page: number;
  readonly count: number;
  readonly flags: number;
}

/** Pages that the pagemap has and no VMA: CRIU refuses them ("Page entry address .. outside of VMA"). */
export function* pagesOutside(vmas: VmaList, runs: Iterable<PageRun>): Generator<PageRange, void, undefined> {
  for (const { page, count, flags } of runs) {
    const end = page + count;
    for (let at = page; at < end;) {
      const index = vmas.find(at);
      const start = vmas.firstPage(index);
      if (start > at) {
        yield { page: at, count: Math.min(start, end) - at, flags };
        at = start;
      } else at = vmas.at(index)?.endPage ?? end;
    }
  }
}
