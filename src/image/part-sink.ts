import { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import type { CheckpointSink, ImageSink } from './image-sink.ts';
import { PIECE_SIZE } from './piece.ts';

/** Collects the bytes of a single image; runs of one byte value are kept as such until they are taken. */
export class PartSink implements CheckpointSink, ImageSink {
  readonly #output = new Output();
  #parts: (Buffer | { value: number; length: number })[] = [];
  #name: string | undefined;

  image(name: string): ImageSink {
    this.#name ??= name;
    if (this.#name !== name) {
      throw new CritError(
        'usage',
        `lines of two images, ${this.#name} and ${name}, where one is expected: -C DIR writes each to its own file`,
      );
    }
    return this;
  }

  link(name: string): void {
    throw new CritError('usage', 'a link has no bytes: -C DIR writes one', { image: name });
  }

  directory(name: string): void {
    throw new CritError('usage', 'a directory has no bytes: -C DIR writes one', { image: name });
  }

  write(bytes: Uint8Array): void {
    if (bytes.length < PIECE_SIZE) {
      this.#output.append(bytes);
      return;
    }
    if (this.#output.length > 0) this.#parts.push(this.#output.take());
    this.#parts.push(Buffer.from(bytes));
  }

  fill(value: number, length: number): void {
    if (this.#output.length > 0) this.#parts.push(this.#output.take());
    this.#parts.push({ value, length });
  }

  end(): void {}

  /** What has been collected, in blocks of 64 KiB where it is one byte value. */
  *take(): Generator<Buffer, void, undefined> {
    if (this.#output.length > 0) this.#parts.push(this.#output.take());
    const parts = this.#parts;
    this.#parts = [];
    for (const part of parts) {
      if (part instanceof Uint8Array) yield part;
      else {
        const block = Buffer.alloc(Math.min(part.length, PIECE_SIZE), part.value);
        for (let done = 0; done < part.length; done += block.length) yield block.subarray(0, part.length - done);
      }
    }
  }
}
