/** A directory of images, and the one before it in a chain of dumps. */
import { existsSync, lstatSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, placed } from '../error.ts';

const PARENT = 'parent';

export class CheckpointDirectory {
  readonly path: string;
  /** Put before the names of its images in messages and lines: `parent/` for the one before, and so on. */
  readonly prefix: string;
  /** The real paths of this directory and those that led here. */
  readonly #way: readonly string[];
  #parent: CheckpointDirectory | undefined;

  constructor(path: string, prefix = '', way: readonly string[] = []) {
    this.path = path;
    this.prefix = prefix;
    try {
      const real = realpathSync(path);
      if (way.includes(real)) throw new CritError('format', 'leads back to where it came from: a loop of parents');
      this.#way = [...way, real];
    } catch (error) {
      throw placed(error, { image: prefix === '' ? path : prefix.slice(0, -1) });
    }
  }

  has(image: string): boolean {
    return existsSync(join(this.path, image));
  }

  pathOf(image: string): string {
    return join(this.path, image);
  }

  nameOf(image: string): string {
    return this.prefix + image;
  }

  /** The directory that `parent` leads to. Throws a CritError where there is none, or it was on the way here already. */
  get parent(): CheckpointDirectory {
    if (!this.#parent) {
      const path = join(this.path, PARENT);
      const image = this.prefix + PARENT;
      if (!lstatSync(path, { throwIfNoEntry: false })) {
        throw new CritError('io', 'is missing, and pages are said to be in it', { image });
      }
      this.#parent = new CheckpointDirectory(path, `${image}/`, this.#way);
    }
    return this.#parent;
  }
}
