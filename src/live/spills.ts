import { placed } from '../error.ts';
import { Spill } from './spill.ts';
import { WriteBehind } from './write-behind.ts';

/** Files of large images at once: beyond, the last one of an image grows, and all images that have none share one. */
const FILES_LIMIT = 400;

/** The files of a store of images. */
export class Spills {
  readonly #directory: string;
  readonly #writer = new WriteBehind();
  #common: Spill | undefined;
  readonly #own = new Set<Spill>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** The file of all images that are small. */
  get common(): Spill {
    this.#common ??= new Spill(this.#directory, this.#writer);
    return this.#common;
  }

  /** A file for a part of a large image, where there may be one more. */
  own(): Spill | undefined {
    if (this.#own.size === FILES_LIMIT) return undefined;
    const spill = new Spill(this.#directory, this.#writer);
    this.#own.add(spill);
    return spill;
  }

  /** Gives the space of a file back that belongs to one image. */
  release(spill: Spill): void {
    if (this.#own.delete(spill)) spill.close();
  }

  /** Everything has been written. Throws a CritError where it could not be. */
  async written(): Promise<void> {
    try {
      await this.#writer.end();
    } catch (error) {
      throw placed(error, { image: this.#directory });
    }
  }

  async close(): Promise<void> {
    await this.#writer.abort();
    for (const spill of this.#own) spill.close();
    this.#common?.close();
  }
}
