import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, placed } from '../error.ts';
import type { EntryByMagic } from '../schema/generated/messages.ts';
import type { Magic } from '../schema/images.ts';
import { readEntries } from '../files/read-entries.ts';

/** Images of a directory by their names. */
export class ImageDirectory {
  readonly #path: string;

  /** Throws a CritError where there is no such directory. */
  constructor(path: string) {
    this.#path = path;
    try {
      if (!statSync(path).isDirectory()) throw new CritError('usage', 'is no directory');
    } catch (error) {
      throw placed(error, { image: path });
    }
  }

  has(image: string): boolean {
    return existsSync(join(this.#path, image));
  }

  /** The entries of an image, one at a time. Throws a CritError where it is not there, damaged, or an image of another kind. */
  *entries<M extends Magic>(image: string, magic: M): Generator<EntryByMagic[M], void, undefined> {
    yield* readEntries(join(this.#path, image), image, magic);
  }

  /** The first entry of an image that has one. */
  first<M extends Magic>(image: string, magic: M): EntryByMagic[M] {
    // A loop, so that the file is closed again.
    for (const entry of this.entries(image, magic)) return entry;
    throw new CritError('format', `has no entry of a ${magic} image`, { image });
  }

  /** The same where the image need not be there. */
  firstIfThere<M extends Magic>(image: string, magic: M): EntryByMagic[M] | undefined {
    return this.has(image) ? this.first(image, magic) : undefined;
  }
}
