import { fstatSync, readSync } from 'node:fs';
import { CritError } from '../error.ts';
import type { Served } from './image-source.ts';

/** An archive that is read at random. Its members lie where they lay when it was opened, or it is an error. */
export class ArchiveFile {
  readonly #fd: number;
  readonly #path: string;
  readonly #stamp: string;

  constructor(fd: number, path: string) {
    this.#fd = fd;
    this.#path = path;
    this.#stamp = stampOf(fd);
  }

  /** An image that lies in it. */
  image(offset: number, size: number): Served {
    return { chunks: (most) => this.#chunks(offset, offset + size, most) };
  }

  /** Throws a CritError where it has been written to. */
  check(): void {
    if (stampOf(this.#fd) !== this.#stamp) {
      throw new CritError('io', `${this.#path} was changed after it was opened: images are where they were no longer`);
    }
  }

  *#chunks(start: number, end: number, most: number): Generator<Buffer, void, undefined> {
    let [buffer, spare] = [Buffer.allocUnsafeSlow(most), Buffer.allocUnsafeSlow(most)];
    for (let at = start; at < end;) {
      const count = readSync(this.#fd, buffer, 0, Math.min(most, end - at), at);
      // After reading: nothing is passed on that may be something else.
      this.check();
      if (count === 0) throw new CritError('truncated', `${this.#path} ends within it`);
      yield buffer.subarray(0, count);
      at += count;
      [buffer, spare] = [spare, buffer];
    }
  }
}

/** Changes with each write; not where a file is renamed or removed. */
function stampOf(fd: number): string {
  const { size, mtimeNs } = fstatSync(fd, { bigint: true });
  return `${size} ${mtimeNs}`;
}
