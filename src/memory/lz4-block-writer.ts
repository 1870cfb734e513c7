/**
 * Writes raw LZ4 blocks, as lz4-block.ts reads them.
 *
 * Matches are found greedily by a table of the places where four bytes were seen last. Where nothing was found for a while, the
 * search takes longer and longer steps; `acceleration` says how soon, as that of LZ4's own programs does. The end of a block is
 * as the format demands it: its last five bytes are literals, and no match begins in its last twelve.
 */

const SHORTEST_MATCH = 4;
const LAST_LITERALS = 5;
const NO_MATCH_IN_LAST = 12;
const FARTHEST = 65535;

const TABLE_BITS = 12;
/** Misses after which a step becomes one longer, at an acceleration of 1. */
const PATIENCE_BITS = 6;
/** Places count on from block to block, so that the table need not be emptied for each. */
const LAST_PLACE = 2 ** 30;

export class Lz4BlockWriter {
  readonly #acceleration: number;
  readonly #table = new Int32Array(1 << TABLE_BITS);
  /** What the first byte of the next block counts as; every place before it is of an older block. */
  #base = 1;
  #source: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  /** `acceleration`: 1 finds most, more is faster and finds less. */
  constructor(acceleration = 1) {
    this.#acceleration = acceleration;
  }

  /**
   * Writes the bytes of `source` between two places as a block, from `at` of `target` on. Gives its length, or -1 where it would
   * be longer than `most`, or reach behind the end of `target`; bytes of `target` within these bounds are then undefined.
   */
  write(source: Uint8Array, from: number, end: number, target: Uint8Array, at: number, most: number): number {
    if (this.#base + (end - from) > LAST_PLACE) {
      this.#table.fill(0);
      this.#base = 1;
    }
    const table = this.#table;
    const view = this.#viewOf(source);
    // What is added to a place in `source` for its place in the table.
    const shift = this.#base - from;
    const oldest = this.#base;
    this.#base += end - from;
    const limit = Math.min(at + most, target.length);
    const searchEnd = end - NO_MATCH_IN_LAST;
    const matchEnd = end - LAST_LITERALS;
    const impatience = this.#acceleration << PATIENCE_BITS;
    let out = at;
    let anchor = from;
    let place = from;
    let misses = impatience;
    while (place <= searchEnd) {
      const four = view.getInt32(place, true);
      const slot = Math.imul(four, 0x9e3779b1) >>> (32 - TABLE_BITS);
      const seen = table[slot] ?? 0;
      let match = seen - shift;
      table[slot] = place + shift;
      if (seen < oldest || place - match > FARTHEST || view.getInt32(match, true) !== four) {
        place += misses++ >>> PATIENCE_BITS;
        continue;
      }
      // Bytes before the match may be the same as well.
      while (place > anchor && match > from && source[place - 1] === source[match - 1]) {
        place--;
        match--;
      }
      const literals = place - anchor;
      const distance = place - match;
      let behind = place + SHORTEST_MATCH;
      while (behind + 4 <= matchEnd && view.getInt32(behind, true) === view.getInt32(behind - distance, true))
        behind += 4;
      while (behind < matchEnd && source[behind] === source[behind - distance]) behind++;
      const length = behind - place - SHORTEST_MATCH;
      if (out + literals + longest(literals) + longest(length) + 3 > limit) return -1;
      target[out++] = (literals < 15 ? literals << 4 : 240) | (length < 15 ? length : 15);
      if (literals >= 15) out = putLength(target, out, literals - 15);
      out = copy(source, anchor, place, target, out);
      target[out++] = distance & 255;
      target[out++] = distance >>> 8;
      if (length >= 15) out = putLength(target, out, length - 15);
      place = anchor = behind;
      misses = impatience;
      if (place <= searchEnd) {
        const near = place - 2;
        table[Math.imul(view.getInt32(near, true), 0x9e3779b1) >>> (32 - TABLE_BITS)] = near + shift;
      }
    }
    const literals = end - anchor;
    if (out + literals + longest(literals) + 1 > limit) return -1;
    target[out++] = literals < 15 ? literals << 4 : 240;
    if (literals >= 15) out = putLength(target, out, literals - 15);
    return copy(source, anchor, end, target, out) - at;
  }

  #viewOf(source: Uint8Array): DataView {
    if (this.#source !== source) {
      this.#source = source;
      this.#view = new DataView(source.buffer, source.byteOffset, source.byteLength);
    }
    return this.#view;
  }
}

/** Bytes that follow a token for a length, at the most. */
function longest(length: number): number {
  return length < 15 ? 0 : Math.floor((length - 15) / 255) + 1;
}

function putLength(target: Uint8Array, at: number, length: number): number {
  let out = at;
  let left = length;
  for (; left >= 255; left -= 255) target[out++] = 255;
  target[out++] = left;
  return out;
}

function copy(source: Uint8Array, from: number, end: number, target: Uint8Array, at: number): number {
  // A call costs more than a few bytes.
  if (end - from > 64) target.set(source.subarray(from, end), at);
  else for (let place = from, out = at; place < end;) target[out++] = source[place++] ?? 0;
  return at + end - from;
}
