/**
 * Which of the members of a container belong to the K-th of N parts. The members lie behind one another, in the order in which
 * they come, and their bytes are cut into N parts of one size: every process that sees the same names and sizes cuts alike, and the
 * parts one after another are the whole in its order.
 */
import { BLOCK_SIZE, type ByteRange } from '../image/piece.ts';
import type { Shard } from '../line/shard.ts';

/** Where files may be cut: between the pages of most systems, and the blocks that are told apart into fills and data. */
const UNIT = BLOCK_SIZE;

export class Division {
  readonly #from: number;
  readonly #end: number;
  readonly #isLast: boolean;

  /** `total` is how many bytes all members have. */
  constructor({ number, of }: Shard, total: number) {
    const border = (index: number): number => (index === of ? total : Math.floor(total / of) * index);
    this.#from = border(number - 1);
    this.#end = border(number);
    this.#isLast = number === of;
  }

  /** Whether a member that is not cut belongs to the part, by the middle of it. `start` are the bytes before it. */
  has(start: number, size: number): boolean {
    const middle = start + Math.floor(size / 2);
    return middle >= this.#from && (middle < this.#end || this.#isLast);
  }

  /** The bytes of a file that is cut which belong to the part; undefined where none do. */
  rangeOf(start: number, size: number): ByteRange | undefined {
    const cut = (border: number): number =>
      border >= start + size ? size : Math.max(0, Math.floor((border - start) / UNIT) * UNIT);
    const offset = cut(this.#from);
    const length = cut(this.#end) - offset;
    return length > 0 ? { offset, length } : undefined;
  }
}
