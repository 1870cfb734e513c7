/** Piece lines as bytes and back. */
import { parseBase64 } from '../codec/parse-value.ts';
import { isObject, parseJson } from '../codec/json.ts';
import { CritError } from '../error.ts';
import { isPiece, type Piece } from '../image/piece.ts';

export interface PieceLine {
  readonly line: Record<string, unknown>;
  readonly piece: Piece;
}

/** Throws a CritError where the line is not one of a piece. */
export function pieceOf(text: string): PieceLine {
  const line = parseJson(text);
  if (!isObject(line) || !isPiece(line['piece']))
    throw new CritError('line', 'a piece must have offset, length, and data (base64) or fill (0 to 255)');
  return { line, piece: line['piece'] };
}

/** The bytes of a piece. */
export function bytesOfPiece(piece: Piece): Buffer {
  if ('fill' in piece) return Buffer.alloc(piece.length, piece.fill);
  const bytes = parseBase64(piece.data);
  if (bytes.length !== piece.length)
    throw new CritError('value', `a piece whose length is ${piece.length}, but its data has ${bytes.length} bytes`);
  return Buffer.from(bytes);
}
