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
  /** In the order of their offsets; how many of them are done with. */
  readonly #overwrites: Overwrite[] = [];
  #done = 0;

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

  /** Bytes from an offset on are others now; those that are given never change. */
  overwrite(offset: number, bytes: Buffer): void {
    const overwrites = this.#overwrites;
    let at = overwrites.length;
    while (at > 0 && (overwrites[at - 1]?.offset ?? 0) > offset) at--;
    if (at === overwrites.length) overwrites.push({ offset, bytes });
    else overwrites.splice(at, 0, { offset, bytes });
  }

  /** Nothing before an offset changes any more. */
  settle(offset: number): void {
    for (; this.#first < this.#ends.length; this.#first++) {
      const end = this.#ends[this.#first] ?? 0;
      if (end > offset) break;
      const lineEnd = this.#lineEnds[this.#first] ?? 0;
      const line = this.#lines.view().subarray(this.#gone, lineEnd);
      this.#gone = lineEnd;
      const others = this.#within(this.#offset, end);
      if (others.length > 0) this.#changed(parseLineValue(line.toString('utf8')), this.#offset, end, others);
      else this.#write(line);
      this.#offset = end;
    }
    this.#overwrites.splice(0, this.#done);
    this.#done = 0;
    if (this.#gone < FORGET && this.#first < this.#ends.length) return;
    this.#lines.bytes.copyWithin(0, this.#gone, this.#lines.length);
    this.#lines.length -= this.#gone;
    this.#ends = this.#ends.slice(this.#first);
    this.#lineEnds = this.#lineEnds.slice(this.#first).map((end) => end - this.#gone);
    this.#first = this.#gone = 0;
  }

  /** What is overwritten between two offsets; those before are passed over from then on. */
  #within(from: number, end: number): Overwrite[] {
    const overwrites = this.#overwrites;
    while (this.#done < overwrites.length && endAt(overwrites, this.#done) <= from) this.#done++;
    const found: Overwrite[] = [];
    for (let at = this.#done; at < overwrites.length; at++) {
      const each = overwrites[at];
      if (!each || each.offset >= end) break;
      if (endOf(each) > from) found.push(each);
    }
    return found;
  }

  #changed(line: LineValue, from: number, end: number, others: readonly Overwrite[]): void {
    const { piece, ...rest } = line;
    const fill = fillOf(piece);
    const write = (value: object): void => this.#write({ ...rest, piece: value });
    if (fill === undefined) {
      write(pieceOf(from, overwritten(bytesOf(piece), from, others)));
      return;
    }
    // Of a run of one value, the blocks with other bytes in them become pieces of data.
    let next = from;
    let index = 0;
    while (next < end) {
      while (index < others.length && endAt(others, index) <= next) index++;
      const touched = others[index];
      const start = touched ? from + blocksDown(Math.max(touched.offset, next) - from) : end;
      if (start > next) write({ offset: next, length: start - next, fill });
      const stop = touched ? Math.min(end, from + blocksDown(endOf(touched) - from - 1) + BLOCK_SIZE) : end;
      for (let at = start; at < stop; at += PIECE_SIZE) {
        const bytes = Buffer.alloc(Math.min(PIECE_SIZE, stop - at), fill);
        write(pieceOf(at, overwritten(bytes, at, others.slice(index))));
      }
      next = stop;
    }
  }
}

/** Bytes from an offset on, with what stands in their place. */
function overwritten(bytes: Buffer, from: number, others: readonly Overwrite[]): Buffer {
  for (const { offset, bytes: theirs } of others) {
    const start = Math.max(offset, from);
    const stop = Math.min(offset + theirs.length, from + bytes.length);
    if (start < stop) theirs.copy(bytes, start - from, start - offset, stop - offset);
    else if (offset >= from + bytes.length) break;
  }
  return bytes;
}

function endAt(overwrites: readonly Overwrite[], index: number): number {
  const each = overwrites[index];
  return each ? endOf(each) : Infinity;
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
