/**
 * Raw bytes to piece lines.
 *
 * Blocks of 4 KiB are told apart into those that hold one byte value only and all others. A run of equal blocks becomes one
 * line, whatever its length, so that gigabytes of zeros cost nothing; other blocks are cut at 64 KiB. Where the lines are cut
 * depends on the bytes alone, not on the chunks in which they come. Bytes are copied only where a block or a piece spans
 * two chunks.
 */
import type { Output } from '../codec/output.ts';
import { BLOCK_SIZE, PIECE_SIZE } from '../image/piece.ts';
import type { ImageLines } from './image-lines.ts';
import type { At } from './line.ts';

/** Where the bytes of a piece belong, by its offset: what stands in `at`. */
export type Places = (offset: number) => At | undefined;

const NOTHING = Buffer.alloc(0);
const NO_PLACES: Places = () => undefined;

export class PieceWriter {
  readonly #output: Output;
  /** The line up to the offset of the piece. */
  readonly #head: Buffer;
  /** Bytes of the piece that is being collected: whole blocks, then a block that is not complete. */
  #held: Buffer = NOTHING;
  #heldLength = 0;
  /** Length of the whole blocks in `#held`, none of which is of equal bytes. */
  #heldBlocks = 0;
  #fill = -1;
  #fillLength = 0;
  /** Where the next line begins. */
  #offset: number;
  #places = NO_PLACES;

  /** Writes pieces among the lines of an image, whose bytes come from an offset on. */
  constructor(lines: ImageLines, offset = 0) {
    this.#offset = offset;
    this.#output = lines.output;
    this.#head = Buffer.concat([lines.head, Buffer.from('"piece":{"offset":')]);
  }

  push(bytes: Uint8Array): void {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = this.#completeBlock(chunk);
    while (chunk.length - at >= BLOCK_SIZE) {
      const value = fillOf(chunk, at);
      if (value < 0) at = this.#pushData(chunk, at);
      else {
        this.#pushFill(value);
        at += BLOCK_SIZE;
      }
    }
    this.#hold(chunk, at, chunk.length);
  }

  end(): void {
    this.#endFill();
    if (this.#heldLength > 0) this.#writeData(this.#held, 0, this.#heldLength);
    this.#heldLength = this.#heldBlocks = 0;
  }

  /** Ends the line, and goes on at an offset, with lines that tell these places. */
  move(offset: number, places: Places): void {
    this.end();
    this.#offset = offset;
    this.#places = places;
  }

  /** Completes the block that an earlier chunk began; gives where the next block begins. */
  #completeBlock(chunk: Buffer): number {
    const begun = this.#heldLength - this.#heldBlocks;
    if (begun === 0) return 0;
    const missing = Math.min(BLOCK_SIZE - begun, chunk.length);
    this.#hold(chunk, 0, missing);
    if (begun + missing === BLOCK_SIZE) {
      const value = fillOf(this.#held, this.#heldBlocks);
      if (value < 0) this.#keepBlock();
      else {
        this.#heldLength = this.#heldBlocks;
        this.#pushFill(value);
      }
    }
    return missing;
  }

  #hold(chunk: Buffer, from: number, end: number): void {
    const length = this.#heldLength + end - from;
    if (length > this.#held.length) this.#grow(length);
    chunk.copy(this.#held, this.#heldLength, from, end);
    this.#heldLength = length;
  }

  /** A small file needs a small buffer: an archive may have hundreds of thousands. */
  #grow(length: number): void {
    const held = Buffer.allocUnsafe(length <= BLOCK_SIZE ? BLOCK_SIZE : PIECE_SIZE + BLOCK_SIZE);
    this.#held.copy(held, 0, 0, this.#heldLength);
    this.#held = held;
  }

  /** The last block in `#held` is complete and not a fill. */
  #keepBlock(): void {
    this.#endFill();
    this.#heldBlocks += BLOCK_SIZE;
    if (this.#heldBlocks === PIECE_SIZE) {
      this.#writeData(this.#held, 0, PIECE_SIZE);
      this.#heldLength = this.#heldBlocks = 0;
    }
  }

  /** Takes blocks from `from` on as long as they are no fill and the piece is not full; gives where they end. */
  #pushData(chunk: Buffer, from: number): number {
    this.#endFill();
    const most = from + PIECE_SIZE - this.#heldBlocks;
    let end = from + BLOCK_SIZE;
    while (end < most && end + BLOCK_SIZE <= chunk.length && fillOf(chunk, end) < 0) end += BLOCK_SIZE;
    if (this.#heldBlocks === 0 && end === most) this.#writeData(chunk, from, end);
    else {
      for (let at = from; at < end; at += BLOCK_SIZE) {
        this.#hold(chunk, at, at + BLOCK_SIZE);
        this.#keepBlock();
      }
    }
    return end;
  }

  #pushFill(value: number): void {
    if (value === this.#fill) {
      this.#fillLength += BLOCK_SIZE;
      return;
    }
    if (this.#heldBlocks > 0) {
      this.#writeData(this.#held, 0, this.#heldBlocks);
      this.#heldLength = this.#heldBlocks = 0;
    }
    this.#endFill();
    this.#fill = value;
    this.#fillLength = BLOCK_SIZE;
  }

  #endFill(): void {
    if (this.#fill < 0) return;
    const output = this.#output;
    output.append(this.#head);
    output.appendText(`${this.#offset},"length":${this.#fillLength},"fill":${this.#fill}}`);
    this.#endLine();
    this.#offset += this.#fillLength;
    this.#fill = -1;
  }

  #writeData(bytes: Buffer, from: number, end: number): void {
    const output = this.#output;
    output.append(this.#head);
    output.appendText(`${this.#offset},"length":${end - from},"data":"`);
    const text = bytes.toString('base64', from, end);
    const room = output.room(output.length, text.length + 4);
    output.length += room.write(text, output.length, 'latin1');
    output.length += room.write('"}', output.length, 'latin1');
    this.#endLine();
    this.#offset += end - from;
  }

  #endLine(): void {
    const at = this.#places(this.#offset);
    this.#output.appendText(at === undefined ? '}\n' : `,"at":${JSON.stringify(at)}}\n`);
  }
}

/** The byte value that a whole block consists of, or -1. */
function fillOf(bytes: Buffer, at: number): number {
  const value = bytes[at] ?? 0;
  const last = at + BLOCK_SIZE - 1;
  // Most blocks differ in one of these, which costs less than the comparison.
  if (bytes[last] !== value || bytes[at + 1] !== value || bytes[at + 2048] !== value) return -1;
  return bytes.compare(bytes, at, last, at + 1, last + 1) === 0 ? value : -1;
}
