/** Finds bytes in memory, across the borders of pages, entries and images. */
import { AROUND_MATCH, LONGEST_MATCH, type Finder, type Match } from '../search/finder.ts';
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

/**
 * Searches segments, with up to `context` bytes before and behind each match, where they are there.
 *
 * Bytes that stand alone are searched where they are. Of others a window is kept, and the end of each, in which a match
 * may have begun that is not complete, is searched again with the bytes that follow.
 */
export function* searchSegments<P extends Readable, M extends Match>(
  segments: Iterable<Segment<P>>,
  finder: Finder<M>,
  context = 0,
): Generator<Hit<P, M>, void, undefined> {
  const before = Math.max(context, AROUND_MATCH);
  const behind = LONGEST_MATCH + Math.max(context, AROUND_MATCH);
  let window: Buffer = Buffer.alloc(0);
  let length = 0;
  /** Where to go on in the window. */
  let from = 0;
  let origins: Origin<P>[] = [];
  for (const { bytes, piece, skip, isContinued, continues } of segments) {
    if (!isContinued) {
      length = from = 0;
      origins = [];
      if (!continues) {
        for (let next = 0; ;) {
          const match = finder.find(bytes, next, true);
          if (!match) break;
          yield { piece, skip: skip + match.start, bytes, match };
          next = match.end;
        }
        continue;
      }
    }
    if (length + bytes.length > window.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length + bytes.length, 2 * behind + before + 512 * 1024));
      window.copy(larger, 0, 0, length);
      window = larger;
    }
    bytes.copy(window, length);
    origins.push({ at: length, piece, skip });
    length += bytes.length;
    // Small segments are collected, so that the end is not searched again for each of them.
    if (continues && length < window.length / 2) continue;

    const text = window.subarray(0, length);
    const limit = continues ? Math.max(from, length - behind) : length;
    let next = from;
    while (next < limit) {
      const match = finder.find(text, next, !continues);
      if (!match || match.start >= limit) break;
      const origin = originOf(origins, match.start);
      yield {
        piece: origin.piece,
        skip: origin.skip + match.start - origin.at,
        bytes: text,
        match,
      };
      next = match.end;
    }
    from = Math.max(next, limit);
    const kept = Math.max(0, from - before);
    window.copyWithin(0, kept, length);
    length -= kept;
    from -= kept;
    origins = origins
      .filter((_, index) => (origins[index + 1]?.at ?? Infinity) > kept)
      .map(({ at, ...origin }) => ({ at: at - kept, ...origin }));
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
