/** Lines that wait, in blocks: an object for each would take more memory than the lines. */
import { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import type { LineView } from '../line/line-reader.ts';

/** Bytes of lines that may wait for the end of their image. */
export const WAITING_LIMIT: number = 16 * 1024 * 1024;
const BLOCK_SIZE = 256 * 1024;

export class HeldLines {
  readonly #blocks: Buffer[] = [];
  readonly #last = new Output(BLOCK_SIZE);
  #size = 0;

  /** Throws a CritError where there are too many. */
  add({ block, from, end }: LineView): void {
    this.#size += end - from + 1;
    if (this.#size > WAITING_LIMIT) {
      throw new CritError(
        'limit',
        `more than ${WAITING_LIMIT >> 20} MiB of lines that must be known before the first can be changed: use crit-edit .. DUMP -C OUT`,
      );
    }
    this.#last.append(block.subarray(from, end));
    if (block[end - 1] !== 10) this.#last.appendText('\n');
    if (this.#last.length >= BLOCK_SIZE) this.#blocks.push(this.#last.take());
  }

  /** All of them, in blocks of whole lines, which are forgotten as they are given. */
  *take(): Generator<Buffer, void, undefined> {
    if (this.#last.length > 0) this.#blocks.push(this.#last.take());
    for (let block = this.#blocks.shift(); block; block = this.#blocks.shift()) yield block;
  }
}
