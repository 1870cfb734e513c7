/** Places in many files, wherever they are asked for. Contents of two times would be an answer that was never true. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { CritError, placed } from '../error.ts';
import { closeAll } from './close-all.ts';
import { openImage } from './read-entries.ts';

/** Files that are open at once: a chain of parents can have thousands. */
const MOST_OPEN = 16;
/** Bytes that are read at once: neighbouring pages are usually wanted soon. */
const WINDOW = 256 * 1024;

interface OpenFile {
  readonly fd: number;
  readonly image: string;
  readonly size: number;
  /** The bytes of the file from `start` to `end`. */
  readonly window: Buffer;
  start: number;
  end: number;
}

/** Reads places in many files, of which only some are open. */
export class OpenFiles {
  readonly #open = new Map<string, OpenFile>();
  /** When each file that was ever opened had been changed last, in milliseconds: it may be opened again. */
  readonly #changed = new Map<string, number>();
  #last = '';
  #lastFile: OpenFile | undefined;

  /** Bytes in a file. */
  size(path: string, image: string): number {
    return this.#file(path, image).size;
  }

  /**
   * Bytes at a place of a file: at least one and at most `length`, as a view that is valid until the next call.
   * Throws a CritError, which calls the file `image`, where it ends before `length` bytes.
   */
  view(path: string, image: string, offset: number, length: number): Buffer {
    const file = this.#file(path, image);
    if (offset + length > file.size) {
      const left = Math.max(0, file.size - offset);
      throw new CritError('truncated', `truncated: ${length} bytes expected, ${left} left`, { image, offset });
    }
    if (offset < file.start || offset >= file.end) {
      try {
        const size = readSync(file.fd, file.window, 0, Math.min(WINDOW, file.size - offset), offset);
        if (size === 0) throw new CritError('truncated', 'is shorter than it was', { offset });
        file.start = offset;
        file.end = offset + size;
      } catch (error) {
        file.start = file.end = 0;
        throw placed(error, { image });
      }
    }
    const from = offset - file.start;
    return file.window.subarray(from, Math.min(from + length, file.end - file.start));
  }

  /** Fills `target` from a place of a file. */
  read(path: string, image: string, offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length;) {
      const bytes = this.view(path, image, offset + done, target.length - done);
      target.set(bytes, done);
      done += bytes.length;
    }
  }

  /** Throws a CritError where a file that is open is not what it was when it was opened: its size, and when it was changed. */
  checkSame(): void {
    for (const [path, file] of this.#open) this.#checkSame(path, file);
  }

  /** Closes all; then throws a CritError where one of them has changed, as `checkSame` does. */
  close(): void {
    try {
      this.checkSame();
    } finally {
      const files = [...this.#open.values()];
      // A close that fails has closed it all the same.
      this.#open.clear();
      this.#lastFile = undefined;
      closeAll(files.map(({ fd }) => ({ close: () => closeSync(fd) })));
    }
  }

  #checkSame(path: string, { fd, image, size }: OpenFile): void {
    const now = fstatSync(fd);
    if (now.size !== size || now.mtimeMs !== this.#changed.get(path)) throw hasChanged(image);
  }

  #file(path: string, image: string): OpenFile {
    if (this.#lastFile && this.#last === path) return this.#lastFile;
    let file = this.#open.get(path);
    if (!file) {
      const fd = openImage(path, image);
      const { size, mtimeMs } = fstatSync(fd);
      file = { fd, image, size, window: Buffer.allocUnsafeSlow(Math.min(WINDOW, size)), start: 0, end: 0 };
      if ((this.#changed.get(path) ?? mtimeMs) !== mtimeMs) {
        closeSync(fd);
        throw hasChanged(image);
      }
      this.#changed.set(path, mtimeMs);
    }
    // The one that was used last stands last.
    this.#open.delete(path);
    this.#open.set(path, file);
    this.#last = path;
    this.#lastFile = file;
    for (const [oldest, old] of this.#open) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#checkSame(oldest, old);
      this.#open.delete(oldest);
      closeSync(old.fd);
    }
    return file;
  }
}

function hasChanged(image: string): CritError {
  return new CritError('io', 'changed while it was read: ask again when nobody writes to it', { image });
}
