/**
 * Images that wait for a restore, which asks for them in another order than they come in: small ones in memory, as long as that
 * is bounded, and all others in files without a name.
 */
import { tmpdir } from 'node:os';
import { CritError, placed } from '../error.ts';
import { checkPlainName } from './protocol.ts';
import type { CheckpointSink, ImageSink } from '../image/image-sink.ts';
import { Spill } from './spill.ts';

/** All that waits in memory, in bytes. */
const MEMORY_LIMIT = 16 * 1024 * 1024;
/** From this size on an image has a file of its own, whose space is given back when the image has been served. */
const OWN_FILE = 1024 * 1024;
/** Files at once: the images beyond share one. */
const OWN_FILES = 200;
/** Bytes that are given at once. */
const CHUNK_SIZE = 256 * 1024;

/** Bytes of an image: in memory, in a file, or one value again and again. */
type Part = Buffer | { readonly offset: number; length: number } | { readonly value: number; length: number };

/** An image that can be served. */
export interface Served {
  /** The bytes, in chunks that are valid until the next. Throws a CritError where they have been given already. */
  chunks(): Iterable<Buffer> | AsyncIterable<Buffer>;
}

export interface ImageStoreOptions {
  /** Where the files are; that of the system otherwise. */
  readonly temporary?: string | undefined;
}

export class ImageStore implements CheckpointSink {
  readonly #directory: string;
  readonly #images = new Map<string, StoredImage>();
  #common: Spill | undefined;
  #ownFiles = 0;
  #held = 0;

  constructor({ temporary = tmpdir() }: ImageStoreOptions = {}) {
    this.#directory = temporary;
  }

  image(name: string): ImageSink {
    checkPlainName(name);
    if (this.#images.has(name)) throw new CritError('sequence', 'two images have this name', { image: name });
    const image = new StoredImage(this, name);
    this.#images.set(name, image);
    return image;
  }

  link(name: string): void {
    throw new CritError('name', 'a link: CRIU knows no parents when it restores from a stream', { image: name });
  }

  directory(name: string): void {
    // That of an archive around its images, or one that was empty.
    if (name !== '.') throw new CritError('name', 'a directory, which CRIU does not ask for', { image: name });
  }

  find(name: string): Served | undefined {
    return this.#images.get(name);
  }

  /** Whether so many bytes more may wait in memory. */
  keep(count: number): boolean {
    if (this.#held + count > MEMORY_LIMIT) return false;
    this.#held += count;
    return true;
  }

  forget(count: number): void {
    this.#held -= count;
  }

  /** A file for an image that has grown large, or that of all that find no place. */
  spill(isLarge: boolean): Spill {
    if (isLarge && this.#ownFiles < OWN_FILES) {
      this.#ownFiles++;
      return new Spill(this.#directory);
    }
    this.#common ??= new Spill(this.#directory);
    return this.#common;
  }

  /** Takes a file of an image back. */
  release(spill: Spill): void {
    if (spill === this.#common) return;
    this.#ownFiles--;
    spill.close();
  }

  close(): void {
    for (const image of this.#images.values()) image.close();
    this.#common?.close();
  }
}

class StoredImage implements ImageSink, Served {
  readonly #store: ImageStore;
  readonly #name: string;
  #parts: Part[] = [];
  #held = 0;
  #spill: Spill | undefined;
  #isGone = false;

  constructor(store: ImageStore, name: string) {
    this.#store = store;
    this.#name = name;
  }

  write(bytes: Uint8Array): void {
    try {
      if (!this.#spill && this.#held + bytes.length <= OWN_FILE && this.#store.keep(bytes.length)) {
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
    else this.#parts.push({ value, length });
  }

  end(): void {}

  *chunks(): Generator<Buffer, void, undefined> {
    if (this.#isGone) {
      throw new CritError('sequence', 'CRIU asks for it again, but it is no longer there', { image: this.#name });
    }
    const buffer = Buffer.allocUnsafeSlow(CHUNK_SIZE);
    for (const part of this.#parts) {
      if (part instanceof Buffer) {
        yield part;
        continue;
      }
      if ('value' in part) buffer.fill(part.value, 0, Math.min(part.length, CHUNK_SIZE));
      for (let done = 0; done < part.length; done += CHUNK_SIZE) {
        const chunk = buffer.subarray(0, part.length - done);
        if ('offset' in part) this.#spill?.read(chunk, part.offset + done);
        yield chunk;
      }
    }
    if (this.#spill) this.close();
  }

  close(): void {
    this.#isGone = true;
    this.#parts = [];
    if (this.#spill) this.#store.release(this.#spill);
    this.#spill = undefined;
  }

  /** Puts bytes into a file, with what has waited in memory. */
  #append(bytes: Uint8Array): void {
    if (!this.#spill) {
      const spill = this.#store.spill(this.#held + bytes.length > OWN_FILE);
      this.#spill = spill;
      this.#parts = this.#parts.map((part) =>
        part instanceof Buffer ? { offset: spill.append(part), length: part.length } : part,
      );
      this.#store.forget(this.#held);
      this.#held = 0;
    }
    const offset = this.#spill.append(bytes);
    const last = this.#parts.at(-1);
    if (last && 'offset' in last && last.offset + last.length === offset) last.length += bytes.length;
    else this.#parts.push({ offset, length: bytes.length });
  }
}
