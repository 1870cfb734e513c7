/** Parts of secrets that lie across the borders of pages images: each stands in an image that does not show what it is part of. */
import { CritError } from '../error.ts';
import type { Holder } from './image-bytes.ts';
import type { PagesFacts } from './pagemaps.ts';

/** Bytes of memory that its pagemap has at an address. */
export interface Half {
  readonly address: number;
  readonly length: number;
  /** What the whole was found as. */
  readonly rule: string;
}

/** The same by where it is in a pages image without compression. */
export interface PlacedHalf extends Half {
  readonly offset: number;
}

/** Parts that are kept, at most. */
const MOST_KEPT = 1_000_000;

export class Halves {
  readonly #byImage = new Map<string, Half[]>();
  #kept = 0;

  /** Whether any were added that have not been taken. */
  get isEmpty(): boolean {
    return this.#byImage.size === 0;
  }

  /** The images of which they have not been taken. */
  get images(): string[] {
    return [...this.#byImage.keys()];
  }

  add(image: string, half: Half): void {
    if (++this.#kept > MOST_KEPT)
      throw new CritError('limit', `more than ${MOST_KEPT} parts of secrets that lie across dumps`, { image });
    const known = this.#byImage.get(image);
    if (known) known.push(half);
    else this.#byImage.set(image, [half]);
  }

  /** Those of a pages image, in the order of their addresses, none twice. */
  take(image: string): Half[] {
    const found = this.#byImage.get(image) ?? [];
    this.#byImage.delete(image);
    found.sort((a, b) => a.address - b.address || a.length - b.length || (a.rule < b.rule ? -1 : 1));
    return found.filter((half, index) => {
      const before = found[index - 1];
      return !before || half.address !== before.address || half.length !== before.length || half.rule !== before.rule;
    });
  }
}

/** Where parts are in a pages image, in the order of their offsets. Throws a CritError where its pagemap does not have them. */
export function placeHalves(halves: readonly Half[], facts: PagesFacts | undefined, pageSize: number): PlacedHalf[] {
  if (halves.length === 0) return [];
  if (!facts)
    throw new CritError('sequence', 'came before its pagemap: secrets that lie across dumps have no place in it');
  const runs = facts.runs.toSorted((a, b) => a.address - b.address);
  let index = 0;
  const placed = halves.map((half) => {
    while (index + 1 < runs.length && (runs[index + 1]?.address ?? Infinity) <= half.address) index++;
    const { address = Infinity, pages = 0, first = 0 } = runs[index] ?? {};
    const skip = half.address - address;
    if (skip < 0 || skip + half.length > pages * pageSize)
      throw new CritError(
        'value',
        `has no page at 0x${half.address.toString(16)}: it is not the dump that was searched`,
      );
    return { ...half, offset: first * pageSize + skip };
  });
  return placed.sort((a, b) => a.offset - b.offset);
}

/** Overwrites parts as the bytes come that they are in. */
export class HalfWriter {
  readonly #halves: readonly PlacedHalf[];
  readonly #fill: number;
  readonly #mayChange: (half: PlacedHalf) => boolean;
  #next = 0;
  /** Those that go on behind the bytes that have come. */
  #open: PlacedHalf[] = [];

  /** `mayChange` is asked once for each. */
  constructor(halves: readonly PlacedHalf[], fill: number, mayChange: (half: PlacedHalf) => boolean) {
    this.#halves = halves;
    this.#fill = fill;
    this.#mayChange = mayChange;
  }

  /** Bytes between two offsets are held now. */
  pass(holder: Holder, from: number, end: number): void {
    for (let half = this.#halves[this.#next]; half && half.offset < end; half = this.#halves[++this.#next])
      if (this.#mayChange(half)) this.#open.push(half);
    if (this.#open.length === 0) return;
    for (const { offset, length } of this.#open) {
      const start = Math.max(offset, from);
      holder.overwrite(start, Buffer.alloc(Math.min(offset + length, end) - start, this.#fill));
    }
    this.#open = this.#open.filter(({ offset, length }) => offset + length > end);
  }
}
