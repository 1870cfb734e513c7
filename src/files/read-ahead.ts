import { closeSync, read } from 'node:fs';
import { CritError, placed } from '../error.ts';
import { openImage } from './read-entries.ts';

/** Bytes that are read at once. */
const AT_ONCE = 4 * 1024 * 1024;

interface OpenFile {
  readonly path: string;
  readonly fd: number;
  /** Reads that have not come to their end, at which it is closed where nobody wants it any more. */
  reads: number;
  isWanted: boolean;
}

interface Reading {
  readonly buffer: Buffer;
  readonly ended: Promise<void>;
  outcome: number | Error | undefined;
}

/** Reads the next bytes of a file while those before them are looked at, in a thread of Node's own. */
export class ReadAhead {
  #file: OpenFile | undefined;
  #reading: Reading | undefined;
  /** What was taken last, and what was taken before that, which can be read into. */
  #taken: Buffer | undefined;
  #spare: Buffer | undefined;

  /** Begins to read up to `length` bytes at a place of a file, which errors call `image`; what was begun and not taken is given up. */
  start(path: string, image: string, offset: number, length: number): void {
    if (this.#file?.path !== path) {
      this.close();
      this.#file = { path, fd: openImage(path, image), reads: 0, isWanted: true };
    }
    const file = this.#file;
    const buffer = this.#spare ?? Buffer.allocUnsafeSlow(AT_ONCE);
    this.#spare = undefined;
    let end = (): void => undefined;
    const reading: Reading = { buffer, ended: new Promise((resolve) => (end = resolve)), outcome: undefined };
    this.#reading = reading;
    file.reads++;
    read(file.fd, buffer, 0, Math.min(AT_ONCE, length), offset, (error, size) => {
      file.reads--;
      closeUnwanted(file);
      reading.outcome = error ?? size;
      end();
    });
  }

  /** Resolves when what was begun can be taken. */
  async ready(): Promise<void> {
    await this.#reading?.ended;
  }

  /** What was read, at least one byte: valid until the next is taken. Throws a CritError where it could not be read. */
  take(image: string, offset: number): Buffer {
    const { buffer, outcome } = this.#reading ?? {};
    if (!buffer || outcome === undefined) throw new RangeError('taken before it was read');
    if (typeof outcome !== 'number') throw placed(outcome, { image });
    if (outcome === 0) throw new CritError('truncated', 'is shorter than it was', { image, offset });
    this.#reading = undefined;
    this.#spare = this.#taken;
    this.#taken = buffer;
    return buffer.subarray(0, outcome);
  }

  close(): void {
    if (!this.#file) return;
    this.#file.isWanted = false;
    closeUnwanted(this.#file);
    this.#file = undefined;
  }
}

function closeUnwanted({ fd, reads, isWanted }: OpenFile): void {
  if (!isWanted && reads === 0) closeSync(fd);
}
