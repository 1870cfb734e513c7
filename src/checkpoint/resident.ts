import type { Area } from './areas.ts';
import type { SavedPages } from './saved-pages.ts';

/** What a checkpoint has of the pages of an area, in pages. */
export interface AreaPages {
  readonly area: Area;
  readonly size: bigint;
  present: bigint;
  inParent: bigint;
  lazy: bigint;
}

/** Counts the saved pages of each area. Both come in the order of their addresses. */
export function countPages(areas: readonly Area[], saved: Iterable<SavedPages>, pageSize: number): AreaPages[] {
  const unit = BigInt(pageSize);
  const counted = areas.map((area) => ({
    area,
    size: (area.end - area.start) / unit,
    present: 0n,
    inParent: 0n,
    lazy: 0n,
  }));
  let first = 0;
  for (const { start, pages, isPresent, isInParent, isLazy } of saved) {
    const end = start + pages * unit;
    while ((counted[first]?.area.end ?? end) <= start && first < counted.length) first++;
    for (let index = first; index < counted.length; index++) {
      const each = counted[index];
      if (!each || each.area.start >= end) break;
      const from = each.area.start > start ? each.area.start : start;
      const to = each.area.end < end ? each.area.end : end;
      const count = to > from ? (to - from) / unit : 0n;
      if (isPresent) each.present += count;
      else if (isInParent) each.inParent += count;
      else if (isLazy) each.lazy += count;
    }
  }
  return counted;
}
