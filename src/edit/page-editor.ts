/** Edits a few regions of a pages image; all other pieces pass unread. */
import { formatJson } from '../codec/json.ts';
import type { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import { PIECE_SIZE } from '../image/piece.ts';
import type { LineView } from '../line/line-reader.ts';
import type { Region, Report } from './edit.ts';
import { bytesOfPiece, pieceOf } from './piece-lines.ts';

/** Bytes that may wait for the rest of their region. The kernel gives arguments and environment 6 MiB together at most. */
const WAITING_LIMIT = 16 * 1024 * 1024;

const PLACE = /"piece":\{"offset":(\d{1,15}),"length":(\d{1,15}),/;

interface Waiting {
  readonly line: Record<string, unknown>;
  readonly offset: number;
  readonly bytes: Buffer;
}

export class PageEditor {
  readonly #regions: Region[];
  readonly #report: Report;
  /** Pieces of the region that is coming. */
  #waiting: Waiting[] = [];
  #size = 0;

  constructor(regions: readonly Region[], report: Report) {
    this.#regions = [...regions].sort((a, b) => a.from - b.from);
    this.#report = report;
  }

  /** Takes the line of a piece; gives whether it passes as it is. */
  passes(line: LineView, output: Output): boolean {
    const text = line.text();
    const place = PLACE.exec(text.slice(0, 4096));
    const [, offset, length] = place ?? [];
    const known = place ? { offset: Number(offset), length: Number(length) } : pieceOf(text).piece;
    const next = this.#regions[0];
    if (!next || known.offset + known.length <= next.from) return true;
    this.#wait(text);
    const stop = known.offset + known.length;
    // A region that begins in the last piece needs what follows it.
    if (this.#regions.every(({ from, end }) => from >= stop || end <= stop)) this.#edit(output);
    return false;
  }

  /** Throws a CritError where a region has not come. */
  end(): void {
    if (this.#regions.length > 0) throw new CritError('truncated', 'ends before memory that its pagemap speaks of');
  }

  #wait(text: string): void {
    const { line, piece } = pieceOf(text);
    const last = this.#waiting.at(-1);
    if (last && last.offset + last.bytes.length !== piece.offset)
      throw new CritError('sequence', `a piece at ${piece.offset} that does not follow the one before`);
    this.#size += piece.length;
    if (this.#size > WAITING_LIMIT)
      throw new CritError('limit', `more than ${WAITING_LIMIT >> 20} MiB that must be there at once to be edited`);
    this.#waiting.push({ line, offset: piece.offset, bytes: bytesOfPiece(piece) });
  }

  #edit(output: Output): void {
    const waiting = this.#waiting;
    const start = waiting[0]?.offset ?? 0;
    const bytes = Buffer.concat(waiting.map((each) => each.bytes));
    const changed = new Set<Waiting>();
    for (let next = this.#regions[0]; next && next.end <= start + bytes.length; next = this.#regions[0]) {
      this.#regions.shift();
      const { from, end } = next;
      const region = bytes.subarray(from - start, end - start);
      const before = Buffer.from(region);
      next.edit(region, this.#report);
      if (before.equals(region)) continue;
      for (const each of waiting) if (each.offset < end && each.offset + each.bytes.length > from) changed.add(each);
    }
    for (const each of waiting) {
      const { line, offset } = each;
      const length = each.bytes.length;
      if (!changed.has(each)) output.appendText(`${formatJson(line)}\n`);
      for (let at = 0; changed.has(each) && at < length; at += PIECE_SIZE) {
        const from = offset - start + at;
        const part = bytes.subarray(from, from + Math.min(PIECE_SIZE, length - at));
        const piece = { offset: offset + at, length: part.length, data: part.toString('base64') };
        output.appendText(`${formatJson({ ...line, piece })}\n`);
      }
    }
    this.#waiting = [];
    this.#size = 0;
  }
}
