import { isObject } from '../codec/json.ts';

/** Raw bytes of an image, or of an extra: at most 64 KiB as they are, or any number of equal bytes. */
export type Piece = { offset: number; length: number; data: string } | { offset: number; length: number; fill: number };

/** The most bytes that one piece of data holds. */
export const PIECE_SIZE = 65536;
/** Bytes that are compared at once: only whole blocks of equal bytes become a fill. */
export const BLOCK_SIZE = 4096;

/** Whether a value has the shape of a piece. */
export function isPiece(value: unknown): value is Piece {
  if (!isObject(value)) return false;
  const { offset, length, data, fill, ...others } = value;
  if (!isCount(offset) || !isCount(length) || Object.keys(others).length > 0) return false;
  return data === undefined
    ? typeof fill === 'number' && isCount(fill) && fill < 256
    : fill === undefined && typeof data === 'string';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
