/** How memory becomes segments of a core file. */
import type { Vma } from '../checkpoint/vma.ts';
import { zeroExtent } from '../memory/page-store.ts';
import type { Piece } from '../memory/process-memory.ts';

/** Pages with addresses one after another in one VMA: first those with contents, then those that are zero or elsewhere. */
export interface Segment {
  readonly vma: Vma;
  readonly page: number;
  readonly filePages: number;
  readonly pages: number;
}

/**
 * Pieces as the core file has them: those without an extent have no contents there.
 *
 * Anonymous pages that were never touched, or that are known to be zero, need none. Where they are no more than `gap` pages
 * between others, they get some all the same, which saves a segment.
 */
export function* corePieces(pieces: Iterable<Piece>, gap: number): Generator<Piece, void, undefined> {
  /** Zeros, of which it is not known yet whether contents follow. */
  let waiting: Piece[] = [];
  let hasContents = false;
  let last: Piece | undefined;
  for (const piece of pieces) {
    if (last?.vma.start !== piece.vma.start) {
      yield* waiting;
      waiting = [];
      hasContents = false;
    }
    last = piece;
    if (isZero(piece)) {
      const hole = { ...piece, extent: undefined };
      const first = waiting[0];
      if (hasContents && piece.page + piece.count - (first ?? piece).page <= gap) {
        waiting.push(hole);
        continue;
      }
      yield* waiting;
      waiting = [];
      hasContents = false;
      yield hole;
      continue;
    }
    for (const hole of waiting) yield { ...hole, extent: zeroExtent(hole.page, hole.count) };
    waiting = [];
    hasContents = piece.extent !== undefined;
    yield piece;
  }
  yield* waiting;
}

/** Groups pieces into segments. A segment ends where the file would have to hold what is not in it. */
export function* segmentsOf(pieces: Iterable<Piece>): Generator<Segment, void, undefined> {
  let segment: { vma: Vma; page: number; filePages: number; pages: number } | undefined;
  for (const { vma, page, count, extent } of pieces) {
    const isNext = segment?.vma.start === vma.start && segment.page + segment.pages === page;
    const fits =
      extent !== undefined ? segment?.filePages === segment?.pages : vma.backing === 'zero' || segment?.filePages === 0;
    if (segment && isNext && fits) {
      segment.pages += count;
      if (extent) segment.filePages += count;
      continue;
    }
    if (segment) yield segment;
    segment = { vma, page, pages: count, filePages: extent ? count : 0 };
  }
  if (segment) yield segment;
}

/** Gaps that are worth a number of segments less, in pages. */
const GAPS = [0, 1, 2, 4, 8, 16];
/** With more, debuggers get slow, and the header needs its extension. */
const MOST_SEGMENTS = 65_000;

export interface SegmentPlan {
  readonly gap: number;
  readonly segments: number;
  /** Pages in the file. */
  readonly pages: number;
}

/** The smallest gap with which there are not too many segments; the largest where there always are. */
export function planSegments(pieces: () => Iterable<Piece>, most: number = MOST_SEGMENTS): SegmentPlan {
  let plan: SegmentPlan = { gap: 0, segments: 0, pages: 0 };
  for (const gap of GAPS) {
    const isLast = gap === GAPS.at(-1);
    let segments = 0;
    let pages = 0;
    for (const { filePages } of segmentsOf(corePieces(pieces(), gap))) {
      segments++;
      pages += filePages;
      if (segments > most && !isLast) break;
    }
    plan = { gap, segments, pages };
    if (segments <= most) break;
  }
  return plan;
}

function isZero({ vma, extent }: Piece): boolean {
  return vma.backing === 'zero' && (extent === undefined || extent.stored === 'zero');
}
