/** Finds bytes in bytes. */
import { ByteSearch } from './byte-search.ts';

/** From the first byte of a match to the one behind its last. */
export interface Match {
  readonly start: number;
  readonly end: number;
  /** Whether it goes on, but is longer than a match can be. */
  readonly isCut?: boolean;
}

/** The longest match, in bytes. */
export const LONGEST_MATCH: number = 64 * 1024;

/** How much of what stands before and behind a match may be looked at, to judge whether it is one, in bytes. */
export const AROUND_MATCH: number = 4096;

/** Some say more of a match than where it is. */
export interface Finder<M extends Match = Match> {
  /** Bytes from the beginning of a match, at most, that decide whether it is one and where it ends. */
  readonly reach: number;
  /**
   * The first match that begins at `from` or later and is not empty. What stands before `from` is looked at where the pattern
   * asks for it; the text ends with the bytes where `isWhole`, and goes on where not.
   */
  find(bytes: Buffer, from: number, isWhole: boolean): M | undefined;
}

/** Finds one text. */
export class LiteralFinder implements Finder {
  readonly #search: ByteSearch;

  constructor(literal: Uint8Array) {
    this.#search = new ByteSearch(literal);
  }

  get reach(): number {
    return this.#search.length;
  }

  find(bytes: Buffer, from: number): Match | undefined {
    const start = this.#search.next(bytes, from);
    return start < 0 ? undefined : { start, end: start + this.#search.length };
  }
}

/** Finds what any of some finders finds: the match that begins first, and the longest of those. */
export class AnyFinder<M extends Match = Match> implements Finder<M> {
  readonly reach: number;
  readonly #finders: readonly Finder<M>[];
  readonly #found: (M | undefined)[] = [];
  #bytes: Buffer | undefined;
  #from = 0;

  constructor(finders: readonly Finder<M>[]) {
    this.#finders = finders;
    this.reach = Math.max(0, ...finders.map(({ reach }) => reach));
  }

  find(bytes: Buffer, from: number, isWhole: boolean): M | undefined {
    // Matches that were not chosen are still the next ones, as long as the search goes on where it was.
    const goesOn = this.#bytes === bytes && from >= this.#from;
    let best: M | undefined;
    for (const [index, finder] of this.#finders.entries()) {
      let match = goesOn ? this.#found[index] : undefined;
      const isOver = goesOn && match === undefined;
      if (!isOver && (match === undefined || match.start < from)) match = finder.find(bytes, from, isWhole);
      this.#found[index] = match;
      if (!match) continue;
      if (!best || match.start < best.start || (match.start === best.start && match.end > best.end)) best = match;
    }
    this.#bytes = bytes;
    this.#from = from;
    return best;
  }
}
