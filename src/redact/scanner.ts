/** Looks for what is to be found in any bytes, tells where it is, and overwrites it where that is wanted. */
import type { EncodedMatch } from '../search/encoded-finder.ts';
import { LONGEST_MATCH, type Finder, type Match } from '../search/finder.ts';
import type { SecretMatch } from '../search/rules/compiled-rule.ts';

/** Something, a text in an encoding, or a secret of a known kind. */
export type AnyMatch = Match | EncodedMatch | SecretMatch;

/** A match in bytes that are valid until the call returns. */
export interface Hit {
  readonly bytes: Buffer;
  readonly match: AnyMatch;
  /** What of it is secret, which is overwritten: all, or a part of it. */
  readonly start: number;
  readonly end: number;
}

export interface ScannerOptions {
  /** The byte that overwrites; without it nothing changes. */
  readonly fill?: number | undefined;
}

/** Takes a match; false where it must stay as it is. */
export type OnHit = (hit: Hit) => boolean;

/** What stands in texts that cannot hold the byte that overwrites. */
export const STAR = 42;

/** So often bytes are looked at again: overwriting can make new matches, whose patterns ask what stands beside them. */
const MOST_ROUNDS = 64;

export class Scanner {
  readonly #finder: Finder<AnyMatch>;
  readonly fill: number | undefined;
  /** Whether anything is found in runs of each byte value, as far as that was asked. */
  readonly #runs: (boolean | undefined)[] = [];

  constructor(finder: Finder<AnyMatch>, { fill }: ScannerOptions = {}) {
    this.#finder = finder;
    this.fill = fill;
  }

  /**
   * Tells of all matches that begin from `next` on and before `limit`, and overwrites them; then looks again from `from` on, where
   * anything was, until nothing new is found. The text ends with the bytes where `isWhole`. Gives where the first search went to.
   */
  scan(bytes: Buffer, from: number, next: number, limit: number, isWhole: boolean, onHit: OnHit): number {
    const first = this.#round(bytes, next, limit, isWhole, onHit);
    let { hasChanged } = first;
    for (let round = 0; hasChanged && round < MOST_ROUNDS; round++)
      ({ hasChanged } = this.#round(bytes, from, limit, isWhole, onHit));
    return first.stop;
  }

  /** The same for bytes that stand by themselves. */
  scanText(bytes: Buffer, onHit: OnHit): void {
    this.scan(bytes, 0, 0, bytes.length, true, onHit);
  }

  /** Whether anything is found in bytes that all have this value, however many they are. */
  findsRunsOf(value: number): boolean {
    const known = this.#runs[value];
    if (known !== undefined) return known;
    const found = this.#finder.find(Buffer.alloc(2 * LONGEST_MATCH, value), 0, false) !== undefined;
    this.#runs[value] = found;
    return found;
  }

  #round(
    text: Buffer,
    from: number,
    limit: number,
    isWhole: boolean,
    onHit: OnHit,
  ): { stop: number; hasChanged: boolean } {
    // A view of its own: finders keep what they know of bytes that they have seen.
    const bytes = text.subarray();
    let hasChanged = false;
    let next = from;
    while (next < limit) {
      const match = this.#finder.find(bytes, next, isWhole);
      if (!match || match.start >= limit) break;
      const { start, end } = 'secret' in match ? match.secret : match;
      // What is overwritten already may be found again.
      if (this.fill === undefined) onHit({ bytes, match, start, end });
      else if (!this.#isOverwritten(bytes, start, end) && onHit({ bytes, match, start, end })) {
        bytes.fill(this.fill, start, end);
        hasChanged = true;
      }
      next = match.end;
    }
    return { stop: Math.max(next, limit), hasChanged };
  }

  #isOverwritten(bytes: Buffer, start: number, end: number): boolean {
    const first = bytes[start];
    if (first !== this.fill && first !== STAR) return false;
    for (let at = start; at < end; at++) if (bytes[at] !== first) return false;
    return true;
  }
}
