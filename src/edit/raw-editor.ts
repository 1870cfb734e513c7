/** Edits raw images that are small: their lines wait until all of their bytes are there. */
import { isObject } from '../codec/json.ts';
import { CritError } from '../error.ts';
import type { SourceDirectory } from '../files/source-directory.ts';
import { PIECE_SIZE } from '../image/piece.ts';
import { valueOf, type LineHead, type LineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import { PieceReader, type PieceReference } from '../line/piece-reader.ts';
import { editEngineFile } from './engine-files.ts';
import type { Edit, Report } from './edit.ts';

/** Bytes of such an image. */
const SIZE_LIMIT = 16 * 1024 * 1024;

export class RawEditor {
  readonly #image: string;
  readonly #name: string;
  readonly #edits: readonly Edit[];
  readonly #report: Report;
  readonly #source: SourceDirectory | undefined;
  readonly #reader = new PieceReader();
  #begin: LineValue | undefined;
  #pieces: { readonly line: LineValue; readonly bytes: Buffer }[] = [];
  #size = 0;

  /** `name` is what the image is called afterwards. */
  constructor(image: string, name: string, edits: readonly Edit[], report: Report, source?: SourceDirectory) {
    this.#image = image;
    this.#name = name;
    this.#edits = edits;
    this.#report = report;
    this.#source = source;
  }

  /** Takes the begin line or a piece. */
  hold(line: LineView, head: LineHead): void {
    if (head.kind === 'begin') this.#begin = valueOf(line, head);
    else {
      const source = this.#source;
      const piece = source ? this.#reader.readAny(line, head) : this.#reader.read(line, head);
      this.#size += piece.length;
      if (this.#size > SIZE_LIMIT)
        throw new CritError('limit', `larger than the ${SIZE_LIMIT >> 20} MiB that can be edited`);
      if ('from' in piece) {
        if (!source) throw new TypeError('a piece without its bytes, and no directory that has them');
        this.#read(piece, valueOf(line, head), source);
        return;
      }
      const bytes = 'fill' in piece ? Buffer.alloc(piece.length, piece.fill) : Buffer.from(piece.bytes);
      this.#pieces.push({ line: valueOf(line, head), bytes });
    }
  }

  /** Bytes that are told by their place become pieces. */
  #read({ offset, length, from }: PieceReference, value: LineValue, source: SourceDirectory): void {
    const bytes = source.bytes(from, length);
    for (let at = 0; at < bytes.length; at += PIECE_SIZE) {
      const part = bytes.subarray(at, at + PIECE_SIZE);
      this.#pieces.push({ line: { ...value, piece: pieceOf(offset + at, part) }, bytes: part });
    }
  }

  /** The lines, edited. */
  *edited(): Generator<LineValue, void, undefined> {
    const pieces = this.#pieces;
    const old = Buffer.concat(pieces.map(({ bytes }) => bytes));
    let now: Buffer = old;
    for (const edit of this.#edits) {
      const after = edit.raw?.takes(this.#image)
        ? edit.raw.edit(this.#image, now, this.#report)
        : editEngineFile(edit, now, this.#report);
      now = after ?? now;
    }
    const image = this.#name;
    if (this.#begin) yield { ...(now.length === old.length ? this.#begin : withoutSize(this.#begin)), image };
    this.#begin = undefined;
    this.#pieces = [];
    let offset = 0;
    if (now.length === old.length) {
      for (const { line, bytes } of pieces) {
        const part = now.subarray(offset, offset + bytes.length);
        yield part.equals(bytes) ? { ...line, image } : { ...line, image, piece: pieceOf(offset, part) };
        offset += bytes.length;
      }
      return;
    }
    for (; offset < now.length; offset += PIECE_SIZE)
      yield { image, magic: 'RAW', piece: pieceOf(offset, now.subarray(offset, offset + PIECE_SIZE)) };
  }
}

export function pieceOf(offset: number, bytes: Buffer): object {
  return { offset, length: bytes.length, data: bytes.toString('base64') };
}

/** A member of an archive tells its size, in two places. */
function withoutSize(line: LineValue): LineValue {
  const begin = line['begin'];
  const tar = isObject(begin) ? begin['tar'] : undefined;
  if (!isObject(begin) || !isObject(tar)) return line;
  const { size: _size, header: _header, ...rest } = tar;
  return { ...line, begin: { ...begin, tar: rest } };
}
