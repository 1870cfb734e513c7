import { write } from 'node:fs';
import type { Descriptor } from './descriptors.ts';

/**
 * The end of a pipe that is written by one of Node's threads, which waits for the reader in the kernel: half of what it costs to
 * be told for each 64 KiB that there is room again. It takes the thread as long, so few may be written at once in this way.
 */
export class BlockingPipe {
  readonly #descriptor: Descriptor;
  #isBusy = false;
  #isClosed = false;

  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
    descriptor.setBlocking(true);
  }

  /** Writes bytes, which must stay as they are until then. Rejects where the reader has gone. */
  async write(bytes: Uint8Array): Promise<void> {
    this.#isBusy = true;
    try {
      for (let done = 0; done < bytes.length && !this.#isClosed;) done += await this.#writeSome(bytes, done);
    } finally {
      this.#isBusy = false;
      if (this.#isClosed) this.#descriptor.close();
    }
  }

  /** Closes it, when the write that is on its way is over: its thread knows it by a number, which another file would get. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isBusy) this.#descriptor.close();
  }

  #writeSome(bytes: Uint8Array, from: number): Promise<number> {
    return new Promise((resolve, reject) => {
      write(this.#descriptor.fd, bytes, from, bytes.length - from, null, (error, count) => {
        if (error) reject(error);
        else resolve(count);
      });
    });
  }
}
