/** Looks for what is to be found in any bytes, tells where it is, and overwrites it where that is wanted. */
import type { EncodedMatch } from '../search/encoded-finder.ts';
import { LONGEST_MATCH, type Finder, type Match } from '../search/finder.ts';
import type { SecretMatch } from '../search/rules/compiled-rule.ts';

/** Something, a text in an encoding, or a secret of a known kind. */
export type AnyMatch = Match | EncodedMatch | SecretMatch;

/** Something to look for, and what that is called. */
export interface Sought {
  readonly name: string;
  readonly finder: Finder<AnyMatch>;
  /** Whether it is looked for in strings as they are read, and not in a text that quotes them. */
  readonly isOfStrings?: boolean;
}

/** A match in bytes that are valid until the call returns. */
export interface Hit {
  readonly bytes: Buffer;
  readonly match: AnyMatch;
  /** What of it is secret, which is overwritten: all, or a part of it. */
  readonly start: number;
  readonly end: number;
  /** What it was found as: the kind of secret, or the name of what was looked for. */
  readonly rule: string;
}

/** Takes a match; false where it must stay as it is. */
export type OnHit = (hit: Hit) => boolean;

/** Where the search for each thing goes on in some bytes. */
export type Progress = number[];

/** What stands in texts that cannot hold the byte that overwrites. */
export const STAR = 42;

/** So often bytes are looked at again: overwriting can make new matches, whose patterns ask what stands beside them. */
const MOST_ROUNDS = 64;

export class Scanner {
  readonly #sought: readonly Sought[];
  /** The byte that overwrites; nothing changes where there is none. */
  readonly fill: number | undefined;
  /** Bytes from the beginning of a match, at most, that decide whether it is one and where it ends. */
  readonly reach: number;
  /** Whether anything is found in runs of each byte value, as far as that was asked. */
  readonly #runs: (boolean | undefined)[] = [];

  constructor(sought: readonly Sought[], fill?: number) {
    this.#sought = sought;
    this.fill = fill;
    this.reach = Math.max(0, ...sought.map(({ finder }) => finder.reach));
  }

  /** Looks for what can be told in a text that quotes strings. */
  get asWritten(): Scanner {
    const sought = this.#sought.filter(({ isOfStrings = false }) => !isOfStrings);
    return sought.length === this.#sought.length ? this : new Scanner(sought, this.fill);
  }

  /** Everything is looked for from a place on. */
  progress(from: number): Progress {
    return this.#sought.map(() => from);
  }

  /**
   * Tells of all matches that begin before `limit` and where the search goes on, or behind that, and overwrites them; then looks again
   * from `from` on, where anything was, until nothing new is found. The text ends with the bytes where `isWhole`.
   */
  scan(bytes: Buffer, from: number, progress: Progress, limit: number, isWhole: boolean, onHit: OnHit): void {
    let hasChanged = this.#round(bytes, progress, limit, isWhole, onHit, this.fill);
    for (let round = 0; hasChanged && round < MOST_ROUNDS; round++)
      hasChanged = this.#round(bytes, this.progress(from), limit, isWhole, onHit, this.fill);
  }

  /** The same for bytes that stand by themselves; `fill` overwrites in the place of the usual byte. */
  scanText(bytes: Buffer, onHit: OnHit, fill: number | undefined = this.fill): void {
    const { length } = bytes;
    let hasChanged = this.#round(bytes, this.progress(0), length, true, onHit, fill);
    for (let round = 0; hasChanged && round < MOST_ROUNDS; round++)
      hasChanged = this.#round(bytes, this.progress(0), length, true, onHit, fill);
  }

  /** Scans what must not hold a zero: the strings of programs end there. */
  scanString(bytes: Buffer, onHit: OnHit): void {
    this.scanText(bytes, onHit, this.fill === 0 ? STAR : this.fill);
  }

  /** Whether anything is found in bytes that all have this value, however many they are. */
  findsRunsOf(value: number): boolean {
    const bytes = Buffer.alloc(2 * LONGEST_MATCH, value);
    return (this.#runs[value] ??= this.#sought.some(({ finder }) => finder.find(bytes, 0, false) !== undefined));
  }

  /** What overlaps is overwritten as a whole: all is found before any of it changes. */
  #round(
    bytes: Buffer,
    progress: Progress,
    limit: number,
    isWhole: boolean,
    onHit: OnHit,
    fill: number | undefined,
  ): boolean {
    const ranges: { start: number; end: number }[] = [];
    // A view of its own: finders keep what they know of bytes that they have seen, which change between rounds.
    const text = bytes.subarray();
    for (const [index, { name, finder }] of this.#sought.entries()) {
      let next = progress[index] ?? 0;
      while (next < limit) {
        const match = finder.find(text, next, isWhole);
        if (!match || match.start >= limit) break;
        next = match.end;
        const { start, end } = 'secret' in match ? match.secret : match;
        const rule = 'rule' in match ? match.rule.id : encodedName(name, match);
        const isOld = fill !== undefined && isOverwritten(bytes, start, end, fill);
        if (!isOld && onHit({ bytes: text, match, start, end, rule })) ranges.push({ start, end });
      }
      progress[index] = Math.max(next, limit);
    }
    if (fill === undefined) return false;
    for (const { start, end } of ranges) bytes.fill(fill, start, end);
    return ranges.length > 0;
  }
}

function encodedName(name: string, match: Match | EncodedMatch): string {
  return 'encoding' in match && match.encoding !== undefined ? `${name} in ${match.encoding}` : name;
}

/** What is overwritten already may be found again. */
function isOverwritten(bytes: Buffer, start: number, end: number, fill: number): boolean {
  const first = bytes[start];
  if (first !== fill && first !== STAR) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== first) return false;
  return true;
}
