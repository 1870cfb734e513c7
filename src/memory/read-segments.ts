/** The bytes of memory, in the order of their addresses. */
import { CritError } from '../error.ts';
import { decodeLz4Block } from './lz4-block.ts';
import type { OpenFiles } from '../files/open-files.ts';
import type { ReadAhead } from '../files/read-ahead.ts';
import type { Extent } from './page-store.ts';

/** The most zero bytes that come at once. */
const ZEROS = Buffer.alloc(256 * 1024);

/** Longer pieces are read in parts. */
const MOST_AT_ONCE = 64 * 1024;

/** Pieces from which on it pays to read ahead. */
const LEAST_AHEAD = 8 * 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/** Pages to read; those without an extent are passed over. */
export interface Readable {
  readonly page: number;
  readonly count: number;
  readonly extent: Extent | undefined;
}

/** Some bytes, which are valid until the next ones come. Where there are none, the next ones are being read ahead: wait for them. */
export interface Segment<P extends Readable> {
  readonly bytes: Buffer;
  /** The pages that they are part of. */
  readonly piece: P;
  /** Where they begin, in bytes from the first page of `piece`. */
  readonly skip: number;
  /** Whether the bytes before them came before, and the bytes behind them come next. */
  readonly isContinued: boolean;
  readonly continues: boolean;
}

/** Reads all pages that are there. Throws a CritError where an image is too short or damaged. */
export class SegmentReader {
  readonly #files: OpenFiles;
  readonly #pageSize: number;
  readonly #ahead: ReadAhead | undefined;
  /** The block that was decoded last, and where it stands. */
  #block: Buffer = Buffer.alloc(0);
  #stored: Buffer = Buffer.alloc(0);
  #blockPath = '';
  #blockOffset = -1;

  /** With `ahead`, who takes a segment without bytes waits until that is ready. */
  constructor(files: OpenFiles, pageSize: number, ahead?: ReadAhead) {
    this.#files = files;
    this.#pageSize = pageSize;
    this.#ahead = ahead;
  }

  *read<P extends Readable>(pieces: Iterable<P>): Generator<Segment<P>, void, undefined> {
    let piece: P | undefined;
    let isContinued = false;
    for (const next of pieces) {
      if (!isThere(next)) continue;
      if (piece) {
        const continues = piece.page + piece.count === next.page;
        const bytes = this.#atOnce(piece);
        if (bytes) yield { bytes, piece, skip: 0, isContinued, continues };
        else yield* this.#segments(piece, isContinued, continues);
        isContinued = continues;
      }
      piece = next;
    }
    if (piece) yield* this.#segments(piece, isContinued, false);
  }

  /** All bytes of a piece where they are in memory already: there can be a great many small pieces. */
  #atOnce({ extent, count }: Readable): Buffer | undefined {
    const size = count * this.#pageSize;
    if (extent?.stored !== 'plain' || extent.length !== size || size > MOST_AT_ONCE) return undefined;
    const bytes = this.#files.view(extent.path, extent.image, extent.offset, size);
    return bytes.length === size ? bytes : undefined;
  }

  *#segments<P extends Readable>(
    piece: P,
    isContinued: boolean,
    continues: boolean,
  ): Generator<Segment<P>, void, undefined> {
    const { extent, count } = piece;
    if (!extent) return;
    const size = count * this.#pageSize;
    let skip = 0;
    for (const bytes of this.#bytes(extent, size)) {
      const end = skip + bytes.length;
      yield { bytes, piece, skip, isContinued: isContinued || skip > 0, continues: continues || end < size };
      skip = end;
    }
  }

  *#bytes(extent: Extent, size: number): Generator<Buffer, void, undefined> {
    if (extent.stored === 'lz4') {
      const from = extent.skip * this.#pageSize;
      yield this.#decoded(extent).subarray(from, from + size);
      return;
    }
    let done = 0;
    if (extent.stored === 'plain') {
      const { path, image, offset, length } = extent;
      while (done < length) {
        const bytes = this.#files.view(path, image, offset + done, length - done);
        done += bytes.length;
        if (!this.#ahead || length < LEAST_AHEAD || done === length) {
          yield bytes;
          continue;
        }
        this.#ahead.start(path, image, offset + done, length - done);
        yield bytes;
        while (done < length) {
          yield NOTHING;
          const next = this.#ahead.take(image, offset + done);
          done += next.length;
          if (done < length) this.#ahead.start(path, image, offset + done, length - done);
          yield next;
        }
      }
    }
    for (; done < size; done += Math.min(ZEROS.length, size - done)) yield ZEROS.subarray(0, size - done);
  }

  #decoded(extent: Extent): Buffer {
    const { path, image, offset, length, blockPages } = extent;
    if (this.#blockPath === path && this.#blockOffset === offset) return this.#block;
    this.#blockOffset = -1;
    this.#stored = roomOf(this.#stored, length);
    this.#block = roomOf(this.#block, blockPages * this.#pageSize);
    this.#files.read(path, image, offset, this.#stored);
    try {
      decodeLz4Block(this.#stored, this.#block);
    } catch (error) {
      throw error instanceof CritError ? error.at({ image, offset }) : error;
    }
    this.#blockPath = path;
    this.#blockOffset = offset;
    return this.#block;
  }
}

/** Whether the images have the contents of some pages. */
export function isThere({ extent }: Readable): boolean {
  return extent !== undefined && extent.stored !== 'lazy';
}

/** A buffer of that length, in the memory of another one where it is large enough. */
function roomOf(buffer: Buffer, length: number): Buffer {
  if (length <= buffer.buffer.byteLength - buffer.byteOffset)
    return Buffer.from(buffer.buffer, buffer.byteOffset, length);
  return Buffer.allocUnsafeSlow(length);
}
