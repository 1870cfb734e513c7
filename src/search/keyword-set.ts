/**
 * Finds any of many short texts at once, whatever the case of their ASCII letters: the method of Wu and Manber.
 *
 * A window of a few bytes moves over the text. A table tells for each pair of bytes at its end how far it can move at least
 * before any of the texts could end there, so that most bytes are never looked at. Only where that is no way at all are the
 * texts themselves compared. A text that is shorter than the window stands at its end, behind any bytes.
 */

/** Texts that were found, by their places in the list that was given, and where the window ends. */
export interface KeywordMatch {
  /** Behind the last byte of each text that is told by `from`. */
  readonly at: number;
  readonly found: readonly FoundKeyword[];
}

export interface FoundKeyword {
  readonly keyword: number;
  readonly start: number;
}

const PAIRS = 65536;
/** Bytes of the window: as many as the shortest text has, between these. The longer it is, the further it moves. */
const LEAST_WINDOW = 4;
const MOST_WINDOW = 16;

interface Keyword {
  readonly bytes: Buffer;
  readonly index: number;
  /** Bytes of the window before it. */
  readonly before: number;
}

export class KeywordSet {
  /** How far to move where a pair of bytes stands at the end of the window. */
  readonly #moves: Uint8Array = new Uint8Array(PAIRS);
  /** The texts that can end where a pair is, as far as they are in the window. */
  readonly #byPair = new Map<number, Keyword[]>();
  readonly #mostBefore: number;
  readonly #window: number;

  /** Texts of a single byte make it slow. Throws a RangeError where a text is empty. */
  constructor(keywords: readonly (string | Uint8Array)[]) {
    const shortest = Math.min(...keywords.map(({ length }) => length));
    this.#window = Math.max(LEAST_WINDOW, Math.min(MOST_WINDOW, shortest));
    this.#moves.fill(this.#window - 1);
    let most = 0;
    for (const [index, keyword] of keywords.entries()) {
      const bytes = Buffer.from(typeof keyword === 'string' ? Buffer.from(keyword) : keyword);
      if (bytes.length === 0) throw new RangeError('an empty keyword');
      for (const [at, byte] of bytes.entries()) bytes[at] = lowerByte(byte);
      const before = Math.max(0, this.#window - bytes.length);
      most = Math.max(most, before);
      this.#add({ bytes, index, before });
    }
    this.#mostBefore = most;
    // Of a text that is shorter than the window, the first byte can come next, whatever stands here.
    if (most > 1) this.#moves.forEach((move, pair) => (this.#moves[pair] = Math.min(move, this.#window - most)));
  }

  /**
   * The first place from `from` on where texts begin; undefined where there is none. `at` of the one before goes on behind it.
   * Texts that begin at `limit` or later are not looked for.
   */
  next(
    bytes: Uint8Array,
    from: number,
    at: number = from + this.#window - 1 - this.#mostBefore,
    limit: number = bytes.length,
  ): KeywordMatch | undefined {
    const moves = this.#moves;
    const stop = Math.min(bytes.length, limit + this.#window - 1);
    for (let end = at; end < stop;) {
      const pair = (bytes[end - 1] ?? 0) | ((bytes[end] ?? 0) << 8);
      const move = moves[pair] ?? 1;
      end += move;
      if (move > 0) continue;
      const found = this.#foundAt(bytes, end, from, pair);
      end++;
      if (found.length > 0) return { at: end, found };
    }
    return undefined;
  }

  #foundAt(bytes: Uint8Array, end: number, from: number, pair: number): FoundKeyword[] {
    const found: FoundKeyword[] = [];
    for (const keyword of this.#byPair.get(pair) ?? []) {
      const start = end - this.#window + 1 + keyword.before;
      if (start >= from && isAt(bytes, start, keyword.bytes)) found.push({ keyword: keyword.index, start });
    }
    return found;
  }

  #add(keyword: Keyword): void {
    const { bytes, before } = keyword;
    const last = this.#window - 1;
    for (let end = Math.max(1, before); end <= last; end++) {
      // Before the text there is any byte.
      const firsts = end > before ? cases(bytes[end - 1 - before] ?? 0) : ALL_BYTES;
      for (const first of firsts) {
        for (const second of cases(bytes[end - before] ?? 0)) {
          const pair = first | (second << 8);
          this.#moves[pair] = Math.min(this.#moves[pair] ?? 0, last - end);
          if (end < last) continue;
          const others = this.#byPair.get(pair);
          if (others) others.push(keyword);
          else this.#byPair.set(pair, [keyword]);
        }
      }
    }
  }
}

const ALL_BYTES: readonly number[] = Array.from({ length: 256 }, (_, byte) => byte);

function isAt(bytes: Uint8Array, start: number, keyword: Buffer): boolean {
  if (start + keyword.length > bytes.length) return false;
  for (let i = 0; i < keyword.length; i++) if (lowerByte(bytes[start + i] ?? 0) !== keyword[i]) return false;
  return true;
}

function cases(byte: number): readonly number[] {
  return byte >= 97 && byte <= 122 ? [byte, byte - 32] : [byte];
}

function lowerByte(byte: number): number {
  return byte >= 65 && byte <= 90 ? byte + 32 : byte;
}
