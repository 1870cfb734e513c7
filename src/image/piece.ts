import { isObject } from '../codec/json.ts';

/** Some of the bytes of a file. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Where bytes stand that a line does not hold: in an image of the directory that the lines were made of. */
export interface BytePlace {
  image: string;
  offset: number;
}

/**
 * Raw bytes of an image, or of an extra: at most 64 KiB as they are, or any number of equal bytes. Those of a raw image may be
 * told by their place.
 */
export type Piece =
  | { offset: number; length: number; data: string }
  | { offset: number; length: number; fill: number }
  | { offset: number; length: number; from: BytePlace };

/** What is said where the bytes of a piece are needed, and it only tells where they are. */
export const TOLD_BY_PLACE =
  'a piece that tells where its bytes are (crit-cat --refs), which only crit-pack --from DIR -C OUT can get: leave --refs out';

/** The most bytes that one piece of data holds. */
export const PIECE_SIZE = 65536;
/** Bytes that are compared at once: only whole blocks of equal bytes become a fill. */
export const BLOCK_SIZE = 4096;

/** Whether a value has the shape of a piece. */
export function isPiece(value: unknown): value is Piece {
  if (!isObject(value)) return false;
  const { offset, length, from, ...rest } = value;
  if (!isCount(offset) || !isCount(length)) return false;
  if (from !== undefined) return isBytePlace(from) && Object.keys(rest).length === 0;
  const { data, fill, ...others } = rest;
  if (Object.keys(others).length > 0) return false;
  return data === undefined
    ? typeof fill === 'number' && isCount(fill) && fill < 256
    : fill === undefined && typeof data === 'string';
}

function isBytePlace(value: unknown): value is BytePlace {
  if (!isObject(value)) return false;
  const { image, offset, ...others } = value;
  return typeof image === 'string' && isCount(offset) && Object.keys(others).length === 0;
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
