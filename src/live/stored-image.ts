import { CritError, placed } from '../error.ts';
import type { ImageSink } from '../image/image-sink.ts';
import type { Served } from './image-source.ts';
import type { Spill } from './spill.ts';
import type { Spills } from './spills.ts';

/** From this size on an image has files of its own, whose space is given back as it is served. */
const OWN_FILES = 1024 * 1024;
/** What a file of a large image holds at least, and the part of the image that it holds at most. */
const FILE_SIZE = 16 * 1024 * 1024;
const FILE_PART = 16;
/** Fewer equal bytes are kept as they are. */
const LONG_FILL = 1024 * 1024;
interface InFile {
  readonly spill: Spill;
  readonly offset: number;
  length: number;
}

/** Bytes of an image: in memory, in a file, or one value again and again. */
type Part = Buffer | InFile | { readonly value: number; length: number };

/** Counts what waits in memory. */
export interface Memory {
  /** Whether so many bytes more may wait. */
  keep(count: number): boolean;
  forget(count: number): void;
}

export class StoredImage implements ImageSink, Served {
  readonly #memory: Memory;
  readonly #spills: Spills;
  readonly #name: string;
  #parts: Part[] = [];
  /** Bytes that have come, and those of them in memory. */
  #size = 0;
  #held = 0;
  /** Where bytes go that find no place in memory. */
  #spill: Spill | undefined;
  #isGone = false;

  constructor(name: string, memory: Memory, spills: Spills) {
    this.#name = name;
    this.#memory = memory;
    this.#spills = spills;
  }

  write(bytes: Uint8Array): void {
    try {
      this.#size += bytes.length;
      if (!this.#spill && this.#held + bytes.length <= OWN_FILES && this.#memory.keep(bytes.length)) {
        this.#held += bytes.length;
        this.#parts.push(Buffer.from(bytes));
      } else this.#append(bytes);
    } catch (error) {
      throw placed(error, { image: this.#name });
    }
  }

  fill(value: number, length: number): void {
    const last = this.#parts.at(-1);
    if (last && 'value' in last && last.value === value) last.length += length;
    else if (length >= LONG_FILL) this.#parts.push({ value, length });
    else this.write(Buffer.alloc(length, value));
  }

  end(): void {}

  *chunks(size: number): Generator<Buffer, void, undefined> {
    if (this.#isGone) {
      throw new CritError('sequence', 'CRIU asks for it again, but it is no longer there', { image: this.#name });
    }
    const isSpilled = this.#spill !== undefined;
    let [buffer, spare] = [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(size)];
    let last: Spill | undefined;
    for (const part of this.#parts) {
      if (part instanceof Buffer) {
        yield part;
        continue;
      }
      if ('spill' in part) {
        // The files follow one another.
        if (last && last !== part.spill) this.#spills.release(last);
        last = part.spill;
      }
      for (let done = 0; done < part.length; done += size) {
        const chunk = buffer.subarray(0, part.length - done);
        if ('spill' in part) part.spill.read(chunk, part.offset + done);
        else if ('value' in part) chunk.fill(part.value);
        yield chunk;
        [buffer, spare] = [spare, buffer];
      }
    }
    if (isSpilled) this.close();
  }

  close(): void {
    this.#isGone = true;
    for (const part of this.#parts) if ('spill' in part) this.#spills.release(part.spill);
    this.#parts = [];
    this.#spill = undefined;
  }

  /** Puts bytes into a file, with what has waited in memory. */
  #append(bytes: Uint8Array): void {
    if (this.#held > 0) {
      const parts = this.#parts;
      this.#parts = [];
      for (const part of parts) {
        if (part instanceof Buffer) this.#put(part);
        else this.#parts.push(part);
      }
      this.#memory.forget(this.#held);
      this.#held = 0;
    }
    this.#put(bytes);
  }

  #put(bytes: Uint8Array): void {
    const spill = this.#place();
    this.#spill = spill;
    const offset = spill.append(bytes);
    const last = this.#parts.at(-1);
    if (last && 'spill' in last && last.spill === spill && last.offset + last.length === offset) {
      last.length += bytes.length;
    } else this.#parts.push({ spill, offset, length: bytes.length });
  }

  /** The file that grows. */
  #place(): Spill {
    const spill = this.#spill ?? this.#spills.common;
    if (this.#size <= OWN_FILES) return spill;
    const isFull = spill === this.#spills.common || spill.size >= Math.max(FILE_SIZE, this.#size / FILE_PART);
    return (isFull ? this.#spills.own() : undefined) ?? spill;
  }
}
