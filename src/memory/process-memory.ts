/** The address space of one process. */
import type { MmEntry } from '../schema/generated/messages.ts';
import type { Area } from '../checkpoint/area.ts';
import type { Extent, PageSource, PageStore } from './page-store.ts';

/** Pages of an area, with what is known of them. */
export interface Piece {
  readonly page: number;
  readonly count: number;
  readonly area: Area;
  /** Absent where the images do not have the contents: see `area.backing`. */
  readonly extent: Extent | undefined;
  /** ID of the shared memory that it is in, and the page of it. */
  readonly shmem: number | undefined;
  readonly shmemPage: number;
}

export interface ProcessMemory {
  readonly pid: number;
  /** Name of the process, as the kernel has it. */
  readonly name: string;
  /** In the order of their addresses. */
  readonly areas: readonly Area[];
  /** Absent in a pre-dump. */
  readonly mm: MmEntry | undefined;
  /** The pages that are its own; absent where it has none. */
  readonly store: PageStore | undefined;
  /** The areas between two pages, whole, cut where what is known of their pages changes. */
  pieces(from: number, end: number, areas?: readonly Area[]): Generator<Piece, void, undefined>;
}

/** The shared memory of an ID. */
export type FindShared = (id: number) => PageSource | undefined;

/** Index of the first area that ends behind a page. */
export function findArea(areas: readonly Area[], page: number): number {
  let low = 0;
  let high = areas.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((areas[middle]?.end ?? 0) > page) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * What the images have of some areas: first the pages of the process itself, then, where it has none, those of the shared
 * memory that is mapped there.
 */
export function* piecesOf(
  own: PageSource | undefined,
  shared: FindShared,
  areas: readonly Area[],
  from: number,
  end: number,
): Generator<Piece, void, undefined> {
  for (let index = findArea(areas, from); index < areas.length; index++) {
    const area = areas[index];
    if (!area || area.start >= end) return;
    let next = Math.max(area.start, from);
    const last = Math.min(area.end, end);
    if (own) {
      for (const extent of own.extents(next, last)) {
        if (extent.page > next) yield* behind(area, shared, next, extent.page);
        yield { page: extent.page, count: extent.count, area, extent, shmem: undefined, shmemPage: 0 };
        next = extent.page + extent.count;
      }
    }
    if (next < last) yield* behind(area, shared, next, last);
  }
}

/** Pages of an area that the process does not have as its own. */
function* behind(area: Area, shared: FindShared, from: number, end: number): Generator<Piece, void, undefined> {
  const { shmem } = area;
  const shift = area.shmemPage - area.start;
  const piece = (page: number, count: number, extent: Extent | undefined): Piece => {
    return { page, count, area, extent, shmem, shmemPage: page + shift };
  };
  let next = from;
  const store = shmem === undefined ? undefined : shared(shmem);
  if (store && from < end) {
    for (const extent of store.extents(from + shift, end + shift)) {
      const page = extent.page - shift;
      if (page > next) yield piece(next, page - next, undefined);
      yield piece(page, extent.count, extent);
      next = page + extent.count;
    }
  }
  if (next < end) yield piece(next, end - next, undefined);
}
