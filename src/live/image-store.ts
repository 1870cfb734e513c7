/**
 * Images that wait for a restore, which asks for them in another order than they come in: small ones in memory, as long as that
 * is bounded, and all others in files without a name.
 */
import { tmpdir } from 'node:os';
import { CritError } from '../error.ts';
import type { CheckpointSink, ImageSink } from '../image/image-sink.ts';
import type { ImageSource, Served } from './image-source.ts';
import { checkPlainName } from './protocol.ts';
import { Spills } from './spills.ts';
import { StoredImage } from './stored-image.ts';

/** All that waits in memory, in bytes. */
const MEMORY_LIMIT = 16 * 1024 * 1024;

export interface ImageStoreOptions {
  /** Where the files are; that of the system otherwise. */
  readonly temporary?: string | undefined;
}

export class ImageStore implements CheckpointSink, ImageSource {
  readonly #images = new Map<string, StoredImage>();
  readonly #spills: Spills;
  #held = 0;

  constructor({ temporary = tmpdir() }: ImageStoreOptions = {}) {
    this.#spills = new Spills(temporary);
  }

  image(name: string): ImageSink {
    checkPlainName(name);
    if (this.#images.has(name)) throw new CritError('sequence', 'two images have this name', { image: name });
    const image = new StoredImage(name, this, this.#spills);
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

  /** Everything has come, and can be served. Throws a CritError where it could not be written. */
  written(): Promise<void> {
    return this.#spills.written();
  }

  close(): Promise<void> {
    return this.#spills.close();
  }
}
