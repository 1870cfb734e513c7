import { CritError } from '../error.ts';

/** What is asked for at the least where nothing was there. */
const LEAST = 1024;

/**
 * Bytes that grow at their end.
 *
 * Compiled code asks for room, writes into `bytes` behind `length` itself, and sets `length`. The buffer stays allocated
 * when it is emptied, so that a stream of chunks is written without new memory.
 */
export class Output {
  bytes: Buffer;
  length = 0;
  readonly #most: number;
  /** The other buffer, where `pass` is used. */
  #spare: Buffer | undefined;

  /** Grows from `capacity` up to `most` bytes; more is an error with code "limit". */
  constructor(capacity: number = 65536, most: number = 512 * 1024 * 1024) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.#most = most;
  }

  /** Sets the length, makes sure that `count` more bytes fit, and gives the buffer, which may be another one than before. */
  room(length: number, count: number): Buffer {
    this.length = length;
    if (length + count > this.bytes.length) this.#grow(length + count);
    return this.bytes;
  }

  #grow(needed: number): void {
    if (needed > this.#most)
      throw new CritError('limit', `larger than the ${this.#most >> 20} MiB that one line may have`);
    const bytes = Buffer.allocUnsafeSlow(Math.min(this.#most, Math.max(needed, this.bytes.length * 2, LEAST)));
    this.bytes.copy(bytes, 0, 0, this.length);
    this.bytes = bytes;
  }

  /** Makes room for as many bytes in all, which are known to come. */
  reserve(capacity: number): void {
    if (capacity <= this.bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(capacity);
    this.bytes.copy(bytes, 0, 0, this.length);
    this.bytes = bytes;
  }

  append(bytes: Uint8Array): void {
    this.room(this.length, bytes.length).set(bytes, this.length);
    this.length += bytes.length;
  }

  appendText(text: string): void {
    // Where much would be taken in vain it is worth to look.
    const most = text.length > 4096 ? Buffer.byteLength(text) : text.length * 3;
    this.length += this.room(this.length, most).write(text, this.length, 'utf8');
  }

  /** What was written, as a view that is valid until the next write. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** A copy of what was written; the output is empty after that. */
  take(): Buffer {
    const taken = Buffer.from(this.view());
    this.length = 0;
    return taken;
  }

  /** What was written, as a view that is valid until the next but one call of this kind; the output is empty after that. */
  pass(): Buffer {
    const passed = this.view();
    const spare = this.#spare ?? Buffer.allocUnsafeSlow(this.bytes.length);
    this.#spare = this.bytes;
    this.bytes = spare;
    this.length = 0;
    return passed;
  }

  /** Gives memory back that an unusually long unit took. */
  shrink(capacity: number): void {
    if (this.length === 0 && this.bytes.length > capacity) this.bytes = Buffer.allocUnsafeSlow(capacity);
  }
}
