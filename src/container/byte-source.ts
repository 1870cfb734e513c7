import { closeSync, fstatSync, openSync } from 'node:fs';
import { STANDARD_INPUT, readChunks, readFile, type FilePosition } from '../files/read-chunks.ts';

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
  /** Whether all that was kept was given, so that what comes next is read next. */
  #isPastKept = false;
  /** Where the next bytes are read, and the size, of an ordinary file. */
  readonly #position: (FilePosition & { readonly size: number }) | undefined;

  /** `-` is standard input. `onRead` is told how many bytes were read, again and again. */
  constructor(path: string, onRead?: (count: number) => void) {
    this.#onRead = onRead;
    this.fd = path === '-' ? STANDARD_INPUT : openSync(path, 'r');
    const stats = path === '-' ? undefined : fstatSync(this.fd);
    if (stats?.isFile() === true) this.#position = { next: 0, size: stats.size };
    this.#reader = this.#position ? readFile(this.fd, this.#position) : readChunks(this.fd);
  }

  /** The file, where it is an ordinary one, whose bytes can be read at random. */
  get file(): number | undefined {
    return this.#position && this.fd;
  }

  /**
   * Passes over bytes behind those that `chunks` has given, where they need not be read for that; gives how many. What a file
   * does not have is not passed over, so that its end is noticed.
   */
  skip(count: number): number {
    if (!this.#position || !this.#isPastKept) return 0;
    const skipped = Math.max(0, Math.min(count, this.#position.size - this.#position.next));
    this.#position.next += skipped;
    this.#onRead?.(skipped);
    return skipped;
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
    this.#isPastKept = true;
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
