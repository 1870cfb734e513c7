/** Finds bytes in memory, across the borders of pages, entries and images. */
import { AROUND_MATCH, type Finder, type Match } from '../search/finder.ts';
import type { Readable, Segment } from './read-segments.ts';

/** A match; its bytes are valid until the next one. */
export interface Hit<P extends Readable, M extends Match = Match> {
  /** The pages in which it begins, and where, in bytes from the first of them. */
  readonly piece: P;
  readonly skip: number;
  /** The match, with what stands around it. */
  readonly bytes: Buffer;
  readonly match: M;
}

/** Where the bytes of a window come from. */
interface Origin<P> {
  readonly at: number;
  readonly piece: P;
  readonly skip: number;
}

/** Memory is searched in windows that lie on a grid of addresses, in bytes. */
const GRID = 1024 * 1024;

/** Pages between two borders of the grid. */
export function gridPages(pageSize: number): number {
  return GRID / pageSize;
}

/** Pages before and behind a range that are needed to search it. */
export function pagesAround({ reach }: Finder, pageSize: number, context: number): { before: number; behind: number } {
  return {
    before: Math.ceil(Math.max(context, AROUND_MATCH) / pageSize),
    behind: Math.ceil((reach + context) / pageSize) + 1,
  };
}

/** A part of memory: pages between two borders of the grid, or from its beginning, or to its end. */
export interface PageRange {
  readonly first: number;
  readonly end: number;
  /** Bytes of it that the match before it takes. */
  readonly taken: number;
}

export const ALL_PAGES: PageRange = { first: 0, end: Infinity, taken: 0 };

/**
 * Searches segments, with up to `context` bytes before and behind each match, where they are there.
 *
 * Bytes that stand alone are searched where they are. Of others a window is kept, which goes from one border of the grid to the next,
 * with some bytes before it and as many behind it as may decide on a match that begins in it. What is found in it depends on these
 * bytes alone, and on where the match before it ends: of a range the same is found as of all, where segments begin and end
 * as many pages around it as `pagesAround` says. Where segments ask to wait, it yields undefined.
 */
export function* searchSegments<P extends Readable, M extends Match>(
  segments: Iterable<Segment<P>>,
  finder: Finder<M>,
  pageSize: number,
  context = 0,
  range: PageRange = ALL_PAGES,
): Generator<Hit<P, M> | undefined, void, undefined> {
  const before = Math.max(context, AROUND_MATCH);
  const behind = finder.reach + context;
  const pages = gridPages(pageSize);
  let window: Buffer = Buffer.alloc(0);
  let length = 0;
  /** Where to go on in the window, and the border of the grid in it. */
  let from = 0;
  let limit = 0;
  let limitPage = 0;
  let origins: Origin<P>[] = [];
  for (const { bytes, piece, skip, isContinued, continues } of segments) {
    if (bytes.length === 0) {
      yield undefined;
      continue;
    }
    if (!isContinued) {
      if (piece.page >= range.end) return;
      limitPage = piece.page - (piece.page % pages) + pages;
      limit = (limitPage - piece.page) * pageSize;
      length = 0;
      from = piece.page > range.first ? 0 : (range.first - piece.page) * pageSize + range.taken;
      origins = [];
      if (!continues && bytes.length <= limit) {
        for (let next = from; next < bytes.length;) {
          const match = finder.find(bytes, next, true);
          if (!match) break;
          yield { piece, skip: skip + match.start, bytes, match };
          next = match.end;
        }
        continue;
      }
    }
    for (let done = 0; done < bytes.length;) {
      const taken = Math.min(bytes.length - done, limit + behind - length);
      if (length + taken > window.length) {
        const larger = Buffer.allocUnsafeSlow(before + pages * pageSize + behind);
        window.copy(larger, 0, 0, length);
        window = larger;
      }
      bytes.copy(window, length, done, done + taken);
      origins.push({ at: length, piece, skip: skip + done });
      length += taken;
      done += taken;
      const isWhole = !continues && done === bytes.length;
      while (isWhole ? from < length : length === limit + behind) {
        const text = window.subarray(0, Math.min(length, limit + behind));
        while (from < limit) {
          const match = finder.find(text, from, isWhole && text.length === length);
          if (!match || match.start >= limit) break;
          const origin = originOf(origins, match.start);
          yield { piece: origin.piece, skip: origin.skip + match.start - origin.at, bytes: text, match };
          from = match.end;
        }
        const kept = Math.max(0, limit - before);
        from = Math.max(from, limit) - kept;
        window.copyWithin(0, kept, length);
        length = Math.max(0, length - kept);
        limit += pages * pageSize - kept;
        limitPage += pages;
        if (limitPage > range.end) return;
        origins = origins
          .filter((_, index) => (origins[index + 1]?.at ?? Infinity) > kept)
          .map(({ at, ...origin }) => ({ at: at - kept, ...origin }));
      }
    }
  }
}

/** The origin of a byte: the last that begins at it or before. */
function originOf<P>(origins: readonly Origin<P>[], at: number): Origin<P> {
  let low = 0;
  let high = origins.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((origins[middle]?.at ?? 0) <= at) low = middle;
    else high = middle;
  }
  const origin = origins[low];
  if (!origin) throw new RangeError('bytes from nowhere');
  return origin;
}
