/** Scans bytes that come in chunks: a match may lie across them. */
import { AROUND_MATCH, LONGEST_MATCH } from '../search/finder.ts';
import type { Hit, Progress, Scanner } from './scanner.ts';

/** Bytes that are looked at together. What is found depends on them alone, and not on the chunks in which they come. */
const WINDOW = 256 * 1024;

/** Told what becomes of the bytes of a stream. */
export interface ByteSink {
  /** Takes a match with the offset of its secret in the stream. False where it must stay as it is. */
  found(hit: Hit, offset: number): boolean;
  /** Bytes from an offset on are others now; those that are given never change. */
  overwrite(offset: number, bytes: Buffer): void;
  /** Nothing before an offset changes any more. */
  settle(offset: number): void;
}

export class ByteStream {
  readonly #scanner: Scanner;
  readonly #sink: ByteSink;
  /** What stands in the place of matches. */
  readonly #fills: Buffer;
  #window: Buffer = Buffer.alloc(0);
  #length = 0;
  /** Bytes of the window that have been settled, and where the search goes on. */
  #settled = 0;
  #next: Progress;
  /** Where the window begins in the stream. */
  #origin = 0;

  constructor(scanner: Scanner, sink: ByteSink) {
    this.#scanner = scanner;
    this.#sink = sink;
    this.#next = scanner.progress(0);
    this.#fills = Buffer.alloc(LONGEST_MATCH, scanner.fill);
  }

  /** Where the next byte belongs. */
  get offset(): number {
    return this.#origin + this.#length;
  }

  push(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const count = Math.min(WINDOW - this.#length, bytes.length - at);
      this.#room(this.#length + count);
      bytes.copy(this.#window, this.#length, at, at + count);
      this.#length += count;
      at += count;
      if (this.#length === WINDOW) this.#look(false);
    }
  }

  /** The bytes before end here, and those that come next have nothing to do with them. */
  border(): void {
    if (this.#length > 0) this.#look(true);
    this.#origin += this.#length;
    this.#length = this.#settled = 0;
    this.#next = this.#scanner.progress(0);
    this.#sink.settle(this.#origin);
  }

  /** Passes over bytes that have been looked at in another way, between two borders. */
  skip(count: number): void {
    this.#origin += count;
    this.#sink.settle(this.#origin);
  }

  /**
   * Passes over bytes that are all like the last ones and the next ones, more than a match can have on both sides: it is known
   * that nothing is found in so many of them.
   */
  skipAlike(count: number): void {
    this.#scan(this.#length, false);
    const kept = Math.min(AROUND_MATCH, this.#length);
    this.#window.copyWithin(0, this.#length - kept, this.#length);
    this.#origin += this.#length - kept + count;
    this.#length = this.#settled = kept;
    this.#next = this.#scanner.progress(kept);
    this.#sink.settle(this.offset);
  }

  #look(isWhole: boolean): void {
    const length = this.#length;
    // A match that begins before is complete, and what stands behind it is known.
    const limit = isWhole ? length : length - this.#scanner.reach;
    this.#scan(limit, isWhole);
    if (isWhole) return;
    // What stands before may be found when what follows is overwritten.
    const settle = Math.max(this.#settled, limit - this.#scanner.reach);
    this.#sink.settle(this.#origin + settle);
    // What stands before a match may be asked for.
    const kept = Math.max(0, settle - AROUND_MATCH);
    this.#window.copyWithin(0, kept, length);
    this.#origin += kept;
    this.#length -= kept;
    this.#settled = settle - kept;
    this.#next = this.#next.map((next) => next - kept);
  }

  #scan(limit: number, isWhole: boolean): void {
    const text = this.#window.subarray(0, this.#length);
    this.#scanner.scan(text, this.#settled, this.#next, limit, isWhole, (hit) => {
      const offset = this.#origin + hit.start;
      if (!this.#sink.found(hit, offset)) return false;
      if (this.#scanner.fill !== undefined) this.#sink.overwrite(offset, this.#fills.subarray(0, hit.end - hit.start));
      return true;
    });
  }

  #room(length: number): void {
    if (length <= this.#window.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.min(WINDOW, Math.max(length, 2 * this.#window.length, 4096)));
    this.#window.copy(larger, 0, 0, this.#length);
    this.#window = larger;
  }
}
