import type { OpenFiles } from './open-files.ts';

/** Bytes that are read at once. */
const WINDOW_BYTES = 64 * 1024;

/** Forward reading of a file in large pieces. */
export class FileWindow {
  readonly #files: OpenFiles;
  readonly #path: string;
  readonly #image: string;
  readonly #size: number;
  /** Where its bytes begin in the file. */
  start = 0;
  #bytes: Buffer = Buffer.alloc(0);

  constructor(files: OpenFiles, path: string, image: string, size: number) {
    this.#files = files;
    this.#path = path;
    this.#image = image;
    this.#size = size;
  }

  /** Bytes that have at least `length` of them from `offset` on. */
  load(offset: number, length: number): Buffer {
    if (offset + length > this.start + this.#bytes.length) {
      this.#bytes = Buffer.allocUnsafe(Math.min(Math.max(length, WINDOW_BYTES), this.#size - offset));
      this.#files.read(this.#path, this.#image, offset, this.#bytes);
      this.start = offset;
    }
    return this.#bytes;
  }
}
