import type { Holder } from './image-bytes.ts';

/** Bytes that wait until nothing of them can change any more. */
export class SettledBytes implements Holder {
  #chunks: { readonly from: number; readonly bytes: Buffer }[] = [];
  #end = 0;
  #settled = 0;
  hasChanged = false;

  /** Takes the next bytes, as a copy. */
  add(bytes: Uint8Array): Buffer {
    const copy = Buffer.from(bytes);
    this.#chunks.push({ from: this.#end, bytes: copy });
    this.#end += copy.length;
    return copy;
  }

  overwrite(offset: number, bytes: Buffer): void {
    this.hasChanged = true;
    for (const { from, bytes: chunk } of this.#chunks) {
      const start = Math.max(offset, from);
      const end = Math.min(offset + bytes.length, from + chunk.length);
      if (start < end) bytes.copy(chunk, start - from, start - offset, end - offset);
    }
  }

  settle(offset: number): void {
    this.#settled = offset;
  }

  /** What is settled. */
  *take(): Generator<Buffer, void, undefined> {
    for (
      let first = this.#chunks[0];
      first && first.from + first.bytes.length <= this.#settled;
      first = this.#chunks[0]
    ) {
      this.#chunks.shift();
      yield first.bytes;
    }
  }
}
