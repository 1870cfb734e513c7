/** Edits a few regions of a pages image; all other pieces pass unread. */
import { CritError } from '../error.ts';
import { PIECE_SIZE } from '../image/piece.ts';
import { valueOf, type LineHead, type LineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import { PieceReader } from '../line/piece-reader.ts';
import type { Region, Report } from './edit.ts';
import { pieceOf } from './raw-editor.ts';

/** Bytes that may wait for the rest of their region. The kernel gives arguments and environment 6 MiB together at most. */
const WAITING_LIMIT = 16 * 1024 * 1024;

/** The place of a piece as crit-cat writes it. */
const PLACE = /^\{"offset":(\d{1,15}),"length":(\d{1,15}),/;

interface Waiting {
  readonly line: LineValue;
  readonly offset: number;
  readonly bytes: Buffer;
}

export class PageEditor {
  readonly #regions: Region[];
  readonly #report: Report;
  readonly #reader = new PieceReader();
  /** Pieces of the region that is coming. */
  #waiting: Waiting[] = [];
  #size = 0;

  constructor(regions: readonly Region[], report: Report) {
    this.#regions = [...regions].sort((a, b) => a.from - b.from);
    this.#report = report;
  }

  /** Takes the line of a piece: gives the lines that now stand in its place, undefined where it passes as it is. */
  take(line: LineView, head: LineHead): LineValue[] | undefined {
    const { offset, length } = this.#placeOf(line, head);
    const [next] = this.#regions;
    const stop = offset + length;
    if (!next || stop <= next.from) return undefined;
    this.#wait(line, head);
    // A region that begins in the last piece needs what follows it.
    return this.#regions.every(({ from, end }) => from >= stop || end <= stop) ? this.#edited() : [];
  }

  /** Throws a CritError where a region has not come. */
  end(): void {
    if (this.#regions.length > 0) throw new CritError('truncated', 'ends before memory that its pagemap speaks of');
  }

  #placeOf(line: LineView, head: LineHead): { readonly offset: number; readonly length: number } {
    const found = head.valueAt > 0 ? PLACE.exec(line.text(head.valueAt + 64).slice(head.valueAt)) : null;
    return found ? { offset: Number(found[1]), length: Number(found[2]) } : this.#reader.read(line, head);
  }

  #wait(line: LineView, head: LineHead): void {
    const piece = this.#reader.read(line, head);
    const last = this.#waiting.at(-1);
    if (last && last.offset + last.bytes.length !== piece.offset)
      throw new CritError('sequence', `a piece at ${piece.offset} that does not follow the one before`);
    this.#size += piece.length;
    if (this.#size > WAITING_LIMIT)
      throw new CritError('limit', `more than ${WAITING_LIMIT >> 20} MiB that must be there at once to be edited`);
    const bytes = 'fill' in piece ? Buffer.alloc(piece.length, piece.fill) : Buffer.from(piece.bytes);
    this.#waiting.push({ line: valueOf(line, head), offset: piece.offset, bytes });
  }

  #edited(): LineValue[] {
    const waiting = this.#waiting;
    const start = waiting[0]?.offset ?? 0;
    const bytes = Buffer.concat(waiting.map((each) => each.bytes));
    for (let [next] = this.#regions; next && next.end <= start + bytes.length; [next] = this.#regions) {
      this.#regions.shift();
      next.edit(bytes.subarray(next.from - start, next.end - start), this.#report);
    }
    this.#waiting = [];
    this.#size = 0;
    return waiting.flatMap((each) => {
      const from = each.offset - start;
      const part = bytes.subarray(from, from + each.bytes.length);
      return part.equals(each.bytes) ? [each.line] : piecesOf(each, part);
    });
  }
}

/** The line of a piece with other bytes: more than one where it was a long run of one value. */
function piecesOf({ line, offset }: Waiting, bytes: Buffer): LineValue[] {
  const lines: LineValue[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_SIZE)
    lines.push({ ...line, piece: pieceOf(offset + at, bytes.subarray(at, at + PIECE_SIZE)) });
  return lines;
}
