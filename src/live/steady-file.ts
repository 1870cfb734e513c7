import { fstatSync, readSync, type BigIntStats } from 'node:fs';
import { CritError } from '../error.ts';
import type { Served } from './image-source.ts';

/** A file that is read at random, an archive or an image. It is what it was when it was opened, or it is an error. */
export class SteadyFile {
  readonly #fd: number;
  readonly #path: string;
  readonly #stamp: string;

  /** `stamp` is what it had when it was first seen. */
  constructor(fd: number, path: string, stamp: string = stampOf(fstatSync(fd, { bigint: true }))) {
    this.#fd = fd;
    this.#path = path;
    this.#stamp = stamp;
  }

  /** An image that lies in it, from a place on. */
  image(offset: number, size: number): Served {
    return { chunks: (most) => this.#chunks(offset, offset + size, most) };
  }

  /** Throws a CritError where it has been written to. */
  check(): void {
    if (stampOf(fstatSync(this.#fd, { bigint: true })) !== this.#stamp)
      throw new CritError('io', `${this.#path} was changed after it was opened`);
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
export function stampOf({ size, mtimeNs }: BigIntStats): string {
  return `${size} ${mtimeNs}`;
}
