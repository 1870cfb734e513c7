import { write, writeSync } from 'node:fs';

/** Bytes that are written at once. */
const SIZE = 1024 * 1024;

/**
 * Bytes on their way into files: one of Node's threads writes some while the next ones are decoded, since on a memory file
 * system writing takes longer than all the rest.
 */
export class WriteBehind {
  /** What is collected, of one file and without a gap. */
  #buffer = Buffer.allocUnsafeSlow(SIZE);
  #spare = Buffer.allocUnsafeSlow(SIZE);
  #length = 0;
  #fd = -1;
  /** Where in its file the buffer begins. */
  #offset = 0;
  /** The write that is on its way. */
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;

  /** Takes bytes for a place in a file. Throws what went wrong with those before. */
  write(fd: number, offset: number, bytes: Uint8Array): void {
    if (fd !== this.#fd || offset !== this.#offset + this.#length) this.#pass();
    if (this.#length === 0) [this.#fd, this.#offset] = [fd, offset];
    for (let done = 0; done < bytes.length;) {
      const part = bytes.subarray(done, done + SIZE - this.#length);
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
      done += part.length;
      if (this.#length === SIZE) this.#pass();
    }
  }

  /** Everything is in the files. Throws what went wrong. */
  async end(): Promise<void> {
    this.#pass();
    await this.#writing;
    if (this.#failure) throw this.#failure;
  }

  /** Nothing more is written: the files can be closed. */
  async abort(): Promise<void> {
    this.#length = 0;
    await this.#writing;
  }

  #pass(): void {
    if (this.#failure) throw this.#failure;
    const bytes = this.#buffer.subarray(0, this.#length);
    const [fd, offset] = [this.#fd, this.#offset];
    this.#offset += this.#length;
    this.#length = 0;
    if (this.#writing) {
      // The thread lags behind.
      for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
    } else if (bytes.length > 0) {
      [this.#buffer, this.#spare] = [this.#spare, this.#buffer];
      this.#writing = writeAll(fd, bytes, offset)
        .catch((error: Error) => (this.#failure = error))
        .then(() => (this.#writing = undefined));
    }
  }
}

async function writeAll(fd: number, bytes: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await writeSome(fd, bytes, done, offset + done);
}

function writeSome(fd: number, bytes: Uint8Array, from: number, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    write(fd, bytes, from, bytes.length - from, offset, (error, count) => {
      if (error) reject(error);
      else resolve(count);
    });
  });
}
