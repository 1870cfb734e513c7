/** Edits a few regions of a pages image; all other pieces pass unread. */
import { CritError } from '../error.ts';
import type { SourceDirectory } from '../files/source-directory.ts';
import { PIECE_SIZE } from '../image/piece.ts';
import { valueOf, type LineHead, type LineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import { PieceReader, type PieceReference } from '../line/piece-reader.ts';
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
  readonly #source: SourceDirectory | undefined;
  readonly #reader = new PieceReader();
  /** Pieces of the region that is coming. */
  #waiting: Waiting[] = [];
  #size = 0;

  /** `source` has the bytes that pieces tell only the place of. */
  constructor(regions: readonly Region[], report: Report, source?: SourceDirectory) {
    this.#regions = [...regions].sort((a, b) => a.from - b.from);
    this.#report = report;
    this.#source = source;
  }

  /** Takes the line of a piece: gives the lines that now stand in its place, undefined where it passes as it is. */
  take(line: LineView, head: LineHead): LineValue[] | undefined {
    const { offset, length } = this.#placeOf(line, head);
    const [next] = this.#regions;
    const stop = offset + length;
    if (!next || stop <= next.from) return undefined;
    const piece = this.#source && this.#waiting.length === 0 ? this.#reader.readAny(line, head) : undefined;
    if (piece && 'from' in piece && this.#source) return this.#within(piece, valueOf(line, head), this.#source);
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
    if (this.#size > WAITING_LIMIT) throw tooMuch();
    const bytes = 'fill' in piece ? Buffer.alloc(piece.length, piece.fill) : Buffer.from(piece.bytes);
    this.#waiting.push({ line: valueOf(line, head), offset: piece.offset, bytes });
  }

  /** Of bytes that are told by their place, those that regions change become pieces of data. */
  #within({ offset, length, from }: PieceReference, line: LineValue, source: SourceDirectory): LineValue[] {
    const lines: LineValue[] = [];
    let told = offset;
    const tell = (end: number): void => {
      if (end <= told) return;
      const place = { image: from.image, offset: from.offset + told - offset };
      lines.push({ ...line, piece: { offset: told, length: end - told, from: place } });
      told = end;
    };
    for (let some = this.#nextWithin(offset + length); some; some = this.#nextWithin(offset + length)) {
      const { start, end, regions } = some;
      if (end - start > WAITING_LIMIT) throw tooMuch();
      const bytes = source.bytes({ image: from.image, offset: from.offset + start - offset }, end - start);
      const before = Buffer.from(bytes);
      for (const each of regions) each.edit(bytes.subarray(each.from - start, each.end - start), this.#report);
      if (bytes.equals(before)) continue;
      tell(start);
      lines.push(...piecesOf({ line, offset: start }, bytes));
      told = end;
    }
    tell(offset + length);
    return lines;
  }

  /** The next regions that have bytes in common, if they end before `stop`. */
  #nextWithin(stop: number): { start: number; end: number; regions: Region[] } | undefined {
    const [first] = this.#regions;
    if (!first || first.end > stop) return undefined;
    const some = { start: first.from, end: first.end, regions: [first] };
    this.#regions.shift();
    for (let [next] = this.#regions; next && next.from < some.end && next.end <= stop; [next] = this.#regions) {
      some.regions.push(next);
      some.end = Math.max(some.end, next.end);
      this.#regions.shift();
    }
    return some;
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

function tooMuch(): CritError {
  return new CritError('limit', `more than ${WAITING_LIMIT >> 20} MiB that must be there at once to be edited`);
}

/** The line of a piece with other bytes: more than one where it was a long run of one value. */
function piecesOf({ line, offset }: Omit<Waiting, 'bytes'>, bytes: Buffer): LineValue[] {
  const lines: LineValue[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_SIZE)
    lines.push({ ...line, piece: pieceOf(offset + at, bytes.subarray(at, at + PIECE_SIZE)) });
  return lines;
}
