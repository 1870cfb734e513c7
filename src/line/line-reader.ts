/**
 * Chunks of bytes to lines.
 *
 * All whole lines of a chunk become one string, from which lines are cut where they are wanted as text: that costs a fraction
 * of a conversion for each.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import { LINE_LIMIT, LONG_ENTRY, SHORT_LINE_LIMIT } from '../image/limits.ts';

const NEWLINE = 10;
/** Bytes of lines that are made text at once. V8 keeps strings of more than 128 KiB apart, in fresh memory each. */
const BLOCK_SIZE = 64 * 1024;

/** A line in the block of whole lines that it came in. */
export interface LineView {
  /** Its number, from 1. */
  readonly number: number;
  readonly block: Buffer;
  /** The same bytes, to read words of them. */
  readonly words: DataView;
  readonly from: number;
  /** Behind its newline, where it has one. */
  readonly end: number;
  /** The block as text, with the same positions, where it is ASCII. */
  readonly blockText: string | undefined;
  /** The line, without its newline, or its first bytes. */
  text(most?: number): string;
}

/** Takes a long line as it comes. */
export interface LongLine {
  push(bytes: Uint8Array): void;
  /** All of the line has come. */
  end(): void;
}

/** What becomes of a line that is long already, told by its number and its beginning; undefined where it is to be taken as a whole. */
export type OnLongLine = (beginning: LineView) => LongLine | undefined;

class Line implements LineView {
  number = 0;
  block: Buffer = Buffer.alloc(0);
  words = wordsOf(this.block);
  from = 0;
  end = 0;
  blockText: string | undefined;

  text(most: number = Infinity): string {
    const stop = Math.min(this.block[this.end - 1] === NEWLINE ? this.end - 1 : this.end, this.from + most);
    return this.blockText === undefined
      ? this.block.toString('utf8', this.from, stop)
      : this.blockText.slice(this.from, stop);
  }
}

export class LineReader {
  readonly #onLine: (line: LineView) => void;
  readonly #onBlockEnd: () => void;
  /** The beginning of a line whose end has not come yet. */
  readonly #waiting = new Output(4096, LINE_LIMIT + 1024 * 1024);
  readonly #line = new Line();
  readonly #onLong: OnLongLine;
  /** The line that is taken as it comes, and how many bytes of it have come. */
  #long: LongLine | undefined;
  #longLength = 0;
  /** Whether the line that waits is to be taken as a whole, however long it is. */
  #isWhole = false;

  /** Lines that are blank are passed over. `onBlockEnd` is called before the bytes of a block are overwritten. */
  constructor(
    onLine: (line: LineView) => void,
    onBlockEnd: () => void = () => {},
    onLong: OnLongLine = () => undefined,
  ) {
    this.#onLine = onLine;
    this.#onBlockEnd = onBlockEnd;
    this.#onLong = onLong;
  }

  /** Throws a CritError where a line is too long or not UTF-8. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const last = bytes.lastIndexOf(NEWLINE);
    const waiting = this.#waiting;
    if ((waiting.length > 0 || this.#long) && last >= 0) {
      // The line that waits is taken by itself, so that what follows need not be copied.
      const first = bytes.indexOf(NEWLINE) + 1;
      this.#wait(bytes.subarray(0, first));
      this.#takeWaiting();
      this.#takeBlocks(bytes.subarray(first, last + 1));
    } else this.#takeBlocks(bytes.subarray(0, last + 1));
    waiting.shrink(256 * 1024);
    if (last + 1 < bytes.length) this.#wait(bytes.subarray(last + 1));
  }

  /** Takes the last line, which need not end in a newline. */
  end(): void {
    if (this.#waiting.length > 0 || this.#long) this.#takeWaiting();
  }

  /** Takes the line that has waited for its end. */
  #takeWaiting(): void {
    const long = this.#long;
    this.#isWhole = false;
    if (long) {
      this.#long = undefined;
      long.end();
      return;
    }
    const line = this.#waiting.view();
    this.#waiting.length = 0;
    this.#take(line);
  }

  /** Begins to take a line as it comes, where that can be. */
  #beginLong(beginning: Buffer): boolean {
    const line = this.#line;
    line.block = beginning;
    line.words = wordsOf(beginning);
    line.blockText = undefined;
    line.from = 0;
    line.end = beginning.length;
    line.number++;
    this.#long = this.#onLong(line);
    this.#longLength = beginning.length;
    if (!this.#long) line.number--;
    return this.#long !== undefined;
  }

  #wait(bytes: Uint8Array): void {
    const waiting = this.#waiting;
    const length = (this.#long ? this.#longLength : waiting.length) + bytes.length;
    const most =
      length > SHORT_LINE_LIMIT && (this.#long || mayBeEntry(waiting.view())) ? LINE_LIMIT : SHORT_LINE_LIMIT;
    if (length > most) {
      throw new CritError(
        'limit',
        `longer than the ${most >> 20} MiB that ${most < LINE_LIMIT ? 'such a' : 'one'} line may have`,
        {
          line: this.#line.number + (this.#long ? 0 : 1),
        },
      );
    }
    if (this.#long) {
      this.#longLength = length;
      this.#long.push(bytes);
      return;
    }
    waiting.append(bytes);
    if (length < LONG_ENTRY || this.#isWhole) return;
    this.#isWhole = !this.#beginLong(waiting.view());
    if (!this.#isWhole) waiting.length = 0;
  }

  /** Takes whole lines in blocks whose text is no large object, which costs more than all that is done with it. */
  #takeBlocks(lines: Buffer): void {
    for (let from = 0, end = 0; from < lines.length; from = end) {
      end = lines.length;
      if (end - from > BLOCK_SIZE) {
        end = lines.lastIndexOf(NEWLINE, from + BLOCK_SIZE - 1) + 1;
        if (end <= from) end = lines.indexOf(NEWLINE, from + BLOCK_SIZE) + 1;
      }
      const block = lines.subarray(from, end);
      if (block.length >= LONG_ENTRY && this.#beginLong(block)) this.#takeWaiting();
      else this.#take(block);
    }
  }

  #take(block: Buffer): void {
    const line = this.#line;
    line.block = block;
    line.words = wordsOf(block);
    line.blockText = isAscii(block) ? block.toString('latin1') : undefined;
    if (line.blockText === undefined && !isUtf8(block)) this.#takeUpToBadLine(block);
    const text = line.blockText;
    for (let from = 0; from < block.length; from = line.end) {
      const newline = text === undefined ? block.indexOf(NEWLINE, from) : text.indexOf('\n', from);
      line.number++;
      line.from = from;
      line.end = newline < 0 ? block.length : newline + 1;
      if (!isBlank(block, from, line.end)) this.#onLine(line);
    }
    this.#onBlockEnd();
  }

  /** Takes the lines before the first one that is not UTF-8: what is wrong with them is told first, whatever came at once. */
  #takeUpToBadLine(block: Buffer): never {
    for (let from = 0, end = 0; from < block.length; from = end) {
      const newline = block.indexOf(NEWLINE, from);
      end = newline < 0 ? block.length : newline + 1;
      if (isUtf8(block.subarray(from, end))) continue;
      if (from > 0) this.#take(block.subarray(0, from));
      break;
    }
    throw new CritError('line', 'not UTF-8', { line: this.#line.number + 1 });
  }
}

/** Whether a line that is long already can be that of an entry, which alone may be so long. An `end` line is short; fields have that name. */
function mayBeEntry(bytes: Buffer): boolean {
  const beginning = bytes.toString('latin1', 0, 4096);
  return /^\s*\{/.test(beginning) && !/"(?:begin|piece)"\s*:/.test(beginning);
}

function isBlank(block: Uint8Array, from: number, end: number): boolean {
  for (let at = from; at < end; at++) {
    const byte = block[at] ?? 0;
    if (byte !== 32 && byte !== NEWLINE && byte !== 13 && byte !== 9) return false;
  }
  return true;
}

/** Bytes to read words of, at any place. */
export function wordsOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** Whether a line has these bytes at a position of its block: four at a time, since it is asked of every line. */
export function hasAt({ words, end }: LineView, position: number, bytes: DataView): boolean {
  let at = bytes.byteLength;
  if (position + at > end) return false;
  while (at >= 4) {
    at -= 4;
    if (words.getInt32(position + at) !== bytes.getInt32(at)) return false;
  }
  while (at-- > 0) if (words.getUint8(position + at) !== bytes.getUint8(at)) return false;
  return true;
}
