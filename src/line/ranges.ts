import type { ByteRange } from '../image/piece.ts';

/** Ranges of a file, none of which overlaps another, in any order. */
export class Ranges {
  /** Bytes of the file. */
  readonly size: number;
  /** What there is, in its order, none next to another. */
  readonly #spans: { start: number; end: number }[] = [];

  constructor(size: number) {
    this.size = size;
  }

  get isWhole(): boolean {
    return this.firstHole().length === 0;
  }

  /** The first bytes that are in no range; none where there are no such bytes. */
  firstHole(): ByteRange {
    const [first] = this.#spans;
    const offset = first?.start === 0 ? first.end : 0;
    const next = this.#spans[offset === 0 ? 0 : 1];
    return { offset, length: (next?.start ?? this.size) - offset };
  }

  /** Adds a range; false where it overlaps one that is there. */
  add({ offset, length }: ByteRange): boolean {
    const end = offset + length;
    const spans = this.#spans;
    const at = this.#after(offset);
    const before = spans[at - 1];
    const behind = spans[at];
    if ((before && before.end > offset) || (behind && behind.start < end)) return false;
    if (length === 0) return true;
    const joins = before?.end === offset;
    const start = joins ? before.start : offset;
    const isNext = behind?.start === end;
    spans.splice(at - (joins ? 1 : 0), (joins ? 1 : 0) + (isNext ? 1 : 0), { start, end: isNext ? behind.end : end });
    return true;
  }

  /** The first span that begins behind an offset or, where an empty one would, at it. */
  #after(offset: number): number {
    let low = 0;
    let high = this.#spans.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#spans[middle]?.start ?? Infinity) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
