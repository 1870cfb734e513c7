/** Lines of pieces that wait until nothing of them can change any more. They pass as they came where nothing did. */
import { Output } from '../codec/output.ts';
import { BLOCK_SIZE, PIECE_SIZE } from '../image/piece.ts';
import type { LineValue } from '../line/line-head.ts';
import { parseLineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import type { PieceBytes } from '../line/piece-reader.ts';

/** Some bytes with others in their place. */
interface Overwrite {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** Lines that have gone are forgotten when there are so many bytes of them. */
const FORGET = 1024 * 1024;

export class HeldPieces {
  readonly #write: (line: LineValue | Buffer) => void;
  /** Lines, one behind the other, and how many bytes of them have gone. */
  readonly #lines = new Output();
  #gone = 0;
  /** Of each piece where it ends, and where its line ends. */
  #ends: number[] = [];
  #lineEnds: number[] = [];
  #first = 0;
  /** Where the first piece begins. */
  #offset = 0;
  readonly #overwrites: Overwrite[] = [];

  /** Lines are written when they are settled. */
  constructor(write: (line: LineValue | Buffer) => void) {
    this.#write = write;
  }

  add({ block, from, end }: LineView, { offset, length }: PieceBytes): void {
    if (this.#ends.length === this.#first) this.#offset = offset;
    this.#lines.append(block.subarray(from, end));
    if (block[end - 1] !== 10) this.#lines.appendText('\n');
    this.#ends.push(offset + length);
    this.#lineEnds.push(this.#lines.length);
  }

  /** Bytes from an offset on are others now. */
  overwrite(offset: number, bytes: Buffer): void {
    const overwrites = this.#overwrites;
    let at = overwrites.length;
    while (at > 0 && (overwrites[at - 1]?.offset ?? 0) > offset) at--;
    overwrites.splice(at, 0, { offset, bytes: Buffer.from(bytes) });
  }

  /** Nothing before an offset changes any more. */
  settle(offset: number): void {
    for (; this.#first < this.#ends.length; this.#first++) {
      const end = this.#ends[this.#first] ?? 0;
      if (end > offset) break;
      const lineEnd = this.#lineEnds[this.#first] ?? 0;
      const line = this.#lines.view().subarray(this.#gone, lineEnd);
      this.#gone = lineEnd;
      const isChanged = this.#overwrites.some((each) => each.offset < end && endOf(each) > this.#offset);
      if (isChanged) this.#changed(parseLineValue(line.toString('utf8')), this.#offset, end);
      else this.#write(line);
      this.#offset = end;
      while (this.#overwrites[0] && endOf(this.#overwrites[0]) <= end) this.#overwrites.shift();
    }
    if (this.#gone < FORGET && this.#first < this.#ends.length) return;
    this.#lines.bytes.copyWithin(0, this.#gone, this.#lines.length);
    this.#lines.length -= this.#gone;
    this.#ends = this.#ends.slice(this.#first);
    this.#lineEnds = this.#lineEnds.slice(this.#first).map((end) => end - this.#gone);
    this.#first = this.#gone = 0;
  }

  #changed(line: LineValue, from: number, end: number): void {
    const { piece, ...rest } = line;
    const fill = fillOf(piece);
    const write = (value: object): void => this.#write({ ...rest, piece: value });
    if (fill === undefined) {
      write(pieceOf(from, this.#overwritten(bytesOf(piece), from)));
      return;
    }
    // Of a run of one value, the blocks with other bytes in them become pieces of data.
    let next = from;
    while (next < end) {
      const touched = this.#overwrites.find((each) => endOf(each) > next && each.offset < end);
      const start = touched ? from + blocksDown(Math.max(touched.offset, next) - from) : end;
      if (start > next) write({ offset: next, length: start - next, fill });
      const stop = touched ? Math.min(end, from + blocksDown(endOf(touched) - from - 1) + BLOCK_SIZE) : end;
      for (let at = start; at < stop; at += PIECE_SIZE) {
        const bytes = Buffer.alloc(Math.min(PIECE_SIZE, stop - at), fill);
        write(pieceOf(at, this.#overwritten(bytes, at)));
      }
      next = stop;
    }
  }

  #overwritten(bytes: Buffer, from: number): Buffer {
    for (const { offset, bytes: others } of this.#overwrites) {
      const start = Math.max(offset, from);
      const stop = Math.min(offset + others.length, from + bytes.length);
      if (start < stop) others.copy(bytes, start - from, start - offset, stop - offset);
    }
    return bytes;
  }
}

function endOf({ offset, bytes }: Overwrite): number {
  return offset + bytes.length;
}

function blocksDown(offset: number): number {
  return offset - (offset % BLOCK_SIZE);
}

function fillOf(piece: unknown): number | undefined {
  const fill: unknown = typeof piece === 'object' && piece !== null ? Reflect.get(piece, 'fill') : undefined;
  return typeof fill === 'number' ? fill : undefined;
}

function bytesOf(piece: unknown): Buffer {
  const data: unknown = typeof piece === 'object' && piece !== null ? Reflect.get(piece, 'data') : undefined;
  return Buffer.from(typeof data === 'string' ? data : '', 'base64');
}

function pieceOf(offset: number, bytes: Buffer): object {
  return { offset, length: bytes.length, data: bytes.toString('base64') };
}
