import { closeSync, openSync } from 'node:fs';
import { STANDARD_INPUT, readChunks } from '../files/read-chunks.ts';

/** The most bytes that are kept to be read again. */
const KEPT_LIMIT = 4 * 1024 * 1024;

/** A file or standard input that can be looked at before it is known what to do with it. */
export class ByteSource {
  /** The file, which is open. */
  readonly fd: number;
  /** One reader for all: a new one might miss what an earlier one has taken. */
  readonly #reader: AsyncGenerator<Buffer, void, undefined>;
  readonly #onRead: ((count: number) => void) | undefined;
  /** Copies of what was read, as long as it may be wanted again. */
  #kept: Buffer[] = [];
  #keeps = true;
  #size = 0;

  /** `-` is standard input. `onRead` is told how many bytes were read, again and again. */
  constructor(path: string, onRead?: (count: number) => void) {
    this.#onRead = onRead;
    this.fd = path === '-' ? STANDARD_INPUT : openSync(path, 'r');
    this.#reader = readChunks(this.fd);
  }

  /** The first bytes: so many, if there are. */
  async first(length: number): Promise<Buffer> {
    while (this.#size < length) {
      const { done, value } = await this.#reader.next();
      if (done) break;
      this.#keep(value);
    }
    return Buffer.concat(this.#kept).subarray(0, length);
  }

  /** All bytes from the beginning, in chunks that are valid until the next. */
  async *chunks(): AsyncGenerator<Buffer, void, undefined> {
    yield* this.#kept;
    for (;;) {
      const { done, value } = await this.#reader.next();
      if (done) return;
      this.#keep(value);
      yield value;
    }
  }

  /** Gives up what was kept: nobody will begin at the beginning again. */
  forget(): void {
    this.#keeps = false;
    this.#kept = [];
  }

  async close(): Promise<void> {
    await this.#reader.return();
    if (this.fd !== STANDARD_INPUT) closeSync(this.fd);
  }

  #keep(chunk: Uint8Array): void {
    this.#onRead?.(chunk.length);
    if (!this.#keeps) return;
    this.#kept.push(Buffer.from(chunk));
    this.#size += chunk.length;
    if (this.#size > KEPT_LIMIT) this.forget();
  }
}
