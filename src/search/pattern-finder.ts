/**
 * Finds a regular expression in time that grows with the bytes alone.
 *
 * One automaton reads forward to where the first match ends, one reads back from there to where it begins. A match that is
 * longer than it may be is looked for again in as many bytes as it may have.
 */
import { Automaton, END_OF_TEXT, readSpecial } from './automaton.ts';
import { ByteSearch } from './byte-search.ts';
import { LONGEST_MATCH, type Finder, type Match } from './finder.ts';
import type { Pattern } from './pattern.ts';
import { compile, firstBytes } from './program.ts';
import { longest, requiredBytes } from './required-bytes.ts';
import { TextIndex, type RequiredText } from './required-texts.ts';

/** Fewer bytes are everywhere. */
const SHORTEST = 2;
const SHORTEST_SHARED = 3;
/** Patterns, each of whose bytes are found faster by themselves than those of all in one pass. */
const MOST_ALONE = 16;
/** Bytes behind what is required that are read at least: so much more than the longest match that few are read again. */
const LEAST_STRETCH = 4096;

/**
 * Finders of several patterns. What their matches must have is looked for in one pass, where they are asked for the same bytes: that of
 * many patterns, and letters of either case.
 */
export function patternFinders(patterns: readonly Pattern[]): PatternFinder[] {
  const required = patterns.map((pattern) => requiredBytes(pattern, true));
  const areFew = required.filter(({ areEither }) => !areEither.includes(true)).length <= MOST_ALONE;
  const shared = required.filter(
    ({ bytes, areEither }) => bytes.length >= SHORTEST_SHARED && (!areFew || areEither.includes(true)),
  );
  const index = shared.length > 0 ? new TextIndex(shared) : undefined;
  return patterns.map((pattern, at) => {
    const place = shared.findIndex((each) => each === required[at]);
    const own = shared[place];
    return new PatternFinder(pattern, own && index && { text: index.text(place), before: own.before });
  });
}

export class PatternFinder implements Finder {
  readonly reach: number;
  readonly #search: Automaton;
  readonly #anchored: Automaton;
  readonly #backward: Automaton;
  /** Bytes that every match has, and the most bytes of it before them: finding them is faster than any automaton. */
  readonly #required: RequiredText | undefined;
  readonly #before: number;
  /** The longest match, and so many bytes that are read behind what is required. */
  readonly #longest: number;
  readonly #stretch: number;
  /** Where they are next. */
  #next = -1;
  /** 1 for each byte with which a match can begin. */
  readonly #first: Uint8Array;
  /** Whether each match begins with a byte, and nothing depends on the byte before. */
  readonly #canSkip: boolean;

  /** `required` tells where the bytes are that are required, where others look for theirs at the same time. */
  constructor(pattern: Pattern, required?: { readonly text: RequiredText; readonly before: number }) {
    const forward = compile(pattern);
    this.#search = new Automaton(forward, { isSearch: true });
    this.#anchored = new Automaton(forward, {});
    this.#backward = new Automaton(compile(pattern, { isBackward: true }), { isLongest: true, isBackward: true });
    const first = firstBytes(forward);
    this.#first = first ?? new Uint8Array(256);
    this.#canSkip = first !== undefined;
    const own = requiredBytes(pattern);
    this.#required =
      required?.text ?? (own.bytes.length >= SHORTEST ? new ByteSearch(Uint8Array.from(own.bytes)) : undefined);
    this.#before = required?.before ?? own.before;
    this.#longest = longest(pattern);
    this.#stretch = this.#longest <= LONGEST_MATCH / 2 ? Math.max(2 * this.#longest, LEAST_STRETCH) : Infinity;
    // The byte behind it can decide, too.
    this.reach = Math.min(this.#longest, LONGEST_MATCH) + 1;
  }

  find(bytes: Buffer, from: number, isWhole: boolean): Match | undefined {
    const { length } = bytes;
    for (let next = from; next <= length;) {
      const at = this.#required ? this.#required.next(bytes, next) : next;
      if (at < 0) return undefined;
      const begin = Math.max(next, at - this.#before);
      const limit = this.#required ? Math.min(length, at + this.#stretch) : length;
      const end = this.#findEnd(this.#search, bytes, begin, limit, isWhole);
      const start = end < 0 ? length : this.#findStart(bytes, end, begin, isWhole);
      // What begins later may be cut, or end where nothing was read.
      if (limit < length && start > limit - this.#longest) {
        next = limit - this.#longest + 1;
        continue;
      }
      if (end < 0) return undefined;
      if (end - start <= LONGEST_MATCH) {
        if (end > start) return { start, end };
        next = end + 1;
        continue;
      }
      const cut = this.#findEnd(this.#anchored, bytes, start, start + LONGEST_MATCH, false);
      if (cut > start) return { start, end: cut, isCut: true };
      // To go on at the next byte could read all these bytes again for each of them.
      next = end - LONGEST_MATCH;
    }
    return undefined;
  }

  /** Where the match ends that begins at `start`, or -1. */
  endAt(bytes: Buffer, start: number, limit: number, isWhole: boolean): number {
    return this.#findEnd(this.#anchored, bytes, start, limit, isWhole);
  }

  /** Where the first match ends that an automaton finds from `from` on, or -1. */
  #findEnd(automaton: Automaton, bytes: Buffer, from: number, limit: number, isWhole: boolean): number {
    this.#next = -1;
    let last = -1;
    let state = automaton.start(from > 0 ? (bytes[from - 1] ?? -1) : -1);
    // While the search is in this state, no match has begun.
    let idle = automaton === this.#search && this.#canSkip ? state : -1;
    let at = idle < 0 ? from : this.#skip(bytes, from);
    // A new state can bring a larger table.
    let { table } = automaton;
    while (at < limit) {
      const byte = bytes[at] ?? 0;
      let code = table[state + byte] ?? 0;
      if (code < 0) {
        if (code === -1) {
          code = automaton.advance(state, byte);
          if (idle >= 0) idle = automaton.start(-1);
          ({ table } = automaton);
        }
        if (code < 0) {
          const value = readSpecial(code);
          if ((value & 1) !== 0) last = at;
          if ((value & 2) !== 0) return last;
          code = value >>> 2;
        }
      }
      state = code;
      at++;
      if (state === idle) at = this.#skip(bytes, at);
    }
    if (at > limit) return last;
    const byte = limit < bytes.length ? (bytes[limit] ?? 0) : isWhole ? END_OF_TEXT : -1;
    if (byte < 0) return last;
    let code = table[state + byte] ?? 0;
    if (code === -1) code = automaton.advance(state, byte);
    return code < -1 && (readSpecial(code) & 1) !== 0 ? limit : last;
  }

  /** The next place from `from` on where a match can begin; behind the bytes where there is none. */
  #skip(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let at = from;
    if (this.#required) {
      if (this.#next < from) this.#next = this.#required.next(bytes, from);
      if (this.#next < 0) return length + 1;
      at = Math.max(from, this.#next - this.#before);
    }
    const first = this.#first;
    while (at < length && first[bytes[at] ?? 0] === 0) at++;
    return at < length ? at : length + 1;
  }

  /** Where the longest match begins that ends at `end`, not before `floor`. */
  #findStart(bytes: Buffer, end: number, floor: number, isWhole: boolean): number {
    const automaton = this.#backward;
    let first = end;
    let state = automaton.start(end < bytes.length ? (bytes[end] ?? -1) : isWhole ? -1 : 0);
    for (let at = end; at >= floor; at--) {
      const byte = at > 0 ? (bytes[at - 1] ?? 0) : END_OF_TEXT;
      let code = automaton.table[state + byte] ?? 0;
      if (code === -1) code = automaton.advance(state, byte);
      if (code < 0) {
        const value = readSpecial(code);
        if ((value & 1) !== 0) first = at;
        if ((value & 2) !== 0) break;
        code = value >>> 2;
      }
      state = code;
    }
    return first;
  }
}
