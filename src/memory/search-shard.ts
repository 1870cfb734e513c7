/** The K-th of N parts of what is to be searched: all of them find together what one search finds, each match once. */
import type { Shard } from '../line/shard.ts';
import { isThere } from './read-segments.ts';
import type { Found, Space } from './search-memory.ts';
import { ALL_PAGES, gridPages } from './search-segments.ts';
import type { Match } from '../search/finder.ts';

/** The spaces of a shard, with the matches that begin in it. Where parts begin follows from pagemaps alone. */
export function* spacesOfShard<M extends Match, Wait extends undefined>(
  spaces: Iterable<Space<M, Wait>>,
  { number, of }: Shard,
  pageSize: number,
): Generator<Space<M, Wait>, void, undefined> {
  const all = Array.from(spaces, (space) => ({ space, size: sizeOf(space) }));
  const total = all.reduce((sum, { size }) => sum + size, 0);
  const begin = Math.floor((total * (number - 1)) / of);
  const stop = Math.floor((total * number) / of);
  let before = 0;
  for (const { space, size } of all) {
    const first = cutAt(space, begin - before, size, pageSize);
    const end = cutAt(space, stop - before, size, pageSize);
    before += size;
    if (first >= end) continue;
    yield {
      ...space,
      matches: (): Generator<Found<M> | Wait, void, undefined> => space.matches({ first, end }),
    };
  }
}

type Pages = Pick<Space, 'pieces'>;

/** Pages that are searched. */
function sizeOf(space: Pages): number {
  let size = 0;
  for (const piece of space.pieces(0, ALL_PAGES.end)) if (isThere(piece)) size += piece.count;
  return size;
}

/** The border of windows at the page before which so many are, or behind it. */
function cutAt(space: Pages, pages: number, size: number, pageSize: number): number {
  if (pages <= 0) return 0;
  if (pages >= size) return Infinity;
  let before = 0;
  for (const piece of space.pieces(0, ALL_PAGES.end)) {
    if (!isThere(piece)) continue;
    if (before + piece.count > pages) {
      const grid = gridPages(pageSize);
      return Math.ceil((piece.page + pages - before) / grid) * grid;
    }
    before += piece.count;
  }
  return Infinity;
}
