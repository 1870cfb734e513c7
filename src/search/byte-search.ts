/** Finds bytes where they stand as they are. */

/** The bytes that memory has most of, programs, text and data taken alike: the most common first. All others are rarer. */
const COMMON = Buffer.from(
  '002065ff4874726e616f6989730f01750a6c8b66634124444c6468704945e8838528306d310229085f102e3dc00e5c848d672c621fe9043b' +
    '40545343793878420332097650398005184d7d463a774e22fe5d7b27c7552f2d7c4f5b6b52f8c3c10790f60c340df03e330647e036d00b3c',
  'hex',
);

/** As many bytes as `Buffer.indexOf` looks for by their first byte: with more of them it goes other, slower ways. */
const MOST_BY_FIRST = 7;
/** What a wrong guess may cost, in bytes that are searched in the same time. */
const WRONG_GUESS = 64;
const FREE_GUESSES = 64;

/**
 * Looks for the rarest of the bytes and what follows it, and only where these are for all of them: the first byte alone is often one of
 * which memory is full, and the search would stop at each.
 */
export class ByteSearch {
  readonly #bytes: Buffer;
  /** The rarest byte and those behind it, and how many come before. */
  readonly #rarest: Buffer;
  readonly #before: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
    this.#before = rarestOf(this.#bytes);
    this.#rarest = this.#bytes.subarray(this.#before, this.#before + MOST_BY_FIRST);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** The first place from `from` on where all of them stand; -1 where there is none. */
  next(bytes: Buffer, from: number): number {
    const { length } = this.#bytes;
    const before = this.#before;
    let guesses = 0;
    for (let at = from + before; ; at++) {
      at = bytes.indexOf(this.#rarest, at);
      if (at < 0) return -1;
      const start = at - before;
      if (start + length > bytes.length) return -1;
      if (bytes.compare(this.#bytes, 0, length, start, start + length) === 0) return start;
      // Where the guess was a bad one, as in memory that is full of them.
      if (++guesses > FREE_GUESSES + (start - from) / WRONG_GUESS) return bytes.indexOf(this.#bytes, start + 1);
    }
  }
}

/** Where the rarest byte is; the last one would be found alone, with nothing behind it to tell more. */
function rarestOf(bytes: Buffer): number {
  let best = 0;
  let rank = -1;
  for (let at = 0; at < Math.max(1, bytes.length - 1); at++) {
    const place = COMMON.indexOf(bytes[at] ?? 0);
    if (place < 0) return at;
    if (place > rank) {
      rank = place;
      best = at;
    }
  }
  return best;
}
