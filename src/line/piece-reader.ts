/** Pieces of lines as bytes: without JSON.parse where the line is as crit-cat writes it. */
import { parseBase64 } from '../codec/parse-value.ts';
import { CritError } from '../error.ts';
import { PIECE_SIZE, TOLD_BY_PLACE, isPiece, type BytePlace } from '../image/piece.ts';
import { valueOf, type LineHead } from './line-head.ts';
import type { LineView } from './line-reader.ts';

/** The place of a piece, and its bytes, or the one that it has again and again. */
export type PieceBytes =
  | { readonly offset: number; readonly length: number; readonly bytes: Uint8Array }
  | { readonly offset: number; readonly length: number; readonly fill: number };

/** The place of bytes that a line does not hold. */
export interface PieceReference {
  readonly offset: number;
  readonly length: number;
  readonly from: BytePlace;
}

/** A piece of data as crit-cat writes it, up to the data. */
const DATA_HEAD = /^\{"offset":(\d{1,15}),"length":(\d{1,5}),"data":"/;

export class PieceReader {
  #buffer: Buffer = Buffer.alloc(0);

  /** The piece of a line with its bytes, valid until the next call. Throws a CritError where it is none, or tells only their place. */
  read(line: LineView, head: LineHead): PieceBytes {
    const piece = this.readAny(line, head);
    if ('from' in piece) throw new CritError('line', TOLD_BY_PLACE);
    return piece;
  }

  /** The same of a piece that may tell only the place of its bytes. */
  readAny(line: LineView, head: LineHead): PieceBytes | PieceReference {
    return this.#fast(line, head) ?? bytesOf(valueOf(line, head)['piece']);
  }

  #fast(line: LineView, { valueAt }: LineHead): PieceBytes | undefined {
    // Characters above U+00FF would be taken for others.
    if (valueAt === 0 || line.blockText === undefined) return undefined;
    const text = line.text();
    const found = DATA_HEAD.exec(text.slice(valueAt, valueAt + 64));
    if (!found || !text.endsWith('"}}')) return undefined;
    const offset = Number(found[1]);
    const length = Number(found[2]);
    const data = text.slice(valueAt + found[0].length, -3);
    const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
    if (length > PIECE_SIZE || data.length % 4 !== 0 || (data.length / 4) * 3 - padding !== length) return undefined;
    if (this.#buffer.length === 0) this.#buffer = Buffer.allocUnsafeSlow(PIECE_SIZE + 3);
    // What is not base64 is skipped, so that fewer bytes come out.
    if (this.#buffer.write(data, 0, 'base64') !== length) return undefined;
    return { offset, length, bytes: this.#buffer.subarray(0, length) };
  }
}

function bytesOf(piece: unknown): PieceBytes | PieceReference {
  if (!isPiece(piece))
    throw new CritError(
      'line',
      'a piece must have offset, length, and data (base64), fill (0 to 255) or from (image, offset)',
    );
  if ('fill' in piece || 'from' in piece) return piece;
  const bytes = parseBase64(piece.data);
  if (bytes.length !== piece.length) {
    throw new CritError('value', `a piece whose length is ${piece.length}, but its data has ${bytes.length} bytes`);
  }
  return { offset: piece.offset, length: piece.length, bytes };
}
