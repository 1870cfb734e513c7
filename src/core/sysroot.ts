/** The files that processes have mapped, below the directory that was their root. */
import { closeSync, openSync, statSync } from 'node:fs';
import { CritError, placed } from '../error.ts';
import { textOf } from '../checkpoint/text.ts';
import type { RegFileEntry } from '../schema/generated/messages.ts';
import { readBuildId } from '../files/build-id.ts';
import { insideRoot } from '../files/inside-root.ts';

export interface FoundFile {
  readonly path: string;
  /** What it is called in messages. */
  readonly image: string;
  readonly size: number;
}

export class Sysroot {
  readonly #root: string;
  readonly #onUnusable: (name: string, reason: string) => void;
  readonly #known = new Map<number, FoundFile | undefined>();

  /** `onUnusable` is told of each file that is not there, or is another one than was mapped. Throws where there is no such directory. */
  constructor(root: string, onUnusable: (name: string, reason: string) => void = () => {}) {
    this.#root = root;
    this.#onUnusable = onUnusable;
    try {
      if (!statSync(root).isDirectory()) throw new CritError('usage', 'is no directory');
    } catch (error) {
      throw placed(error, { image: root });
    }
  }

  /** The file that was mapped; undefined where it is not there. */
  find(file: RegFileEntry): FoundFile | undefined {
    if (this.#known.has(file.id)) return this.#known.get(file.id);
    const name = textOf(file.name);
    let found: FoundFile | undefined;
    try {
      const path = insideRoot(this.#root, name);
      const stats = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
      const expected = buildIdOf(file);
      const called = expected === '' ? '' : ` (build-id ${expected})`;
      if (path === undefined || !stats?.isFile()) this.#onUnusable(name, `is not in ${this.#root}${called}`);
      else {
        const difference = differenceOf(path, stats.size, file, expected);
        if (difference === undefined) found = { path, image: name, size: stats.size };
        else this.#onUnusable(name, `in ${this.#root} is another one than was mapped: ${difference}`);
      }
    } catch (error) {
      throw placed(error, { image: name });
    }
    this.#known.set(file.id, found);
    return found;
  }
}

/** What shows that a file is not the one that was mapped. */
function differenceOf(path: string, size: number, file: RegFileEntry, expected: string): string | undefined {
  if (expected !== '') {
    const fd = openSync(path, 'r');
    try {
      const found = readBuildId(fd) ?? '';
      // CRIU keeps whole words.
      const padded = found.padEnd(Math.ceil(found.length / 8) * 8, '0');
      if (padded !== expected) return `its build-id is ${found === '' ? 'missing' : found}, not ${expected}`;
    } finally {
      closeSync(fd);
    }
  }
  const known = file.size === undefined ? size : Number(file.size);
  return known === size ? undefined : `it has ${size} bytes, not ${known}`;
}

/** As hexadecimal digits; empty where the dump did not note it. */
function buildIdOf({ build_id = [] }: RegFileEntry): string {
  const bytes = Buffer.alloc(4 * build_id.length);
  for (const [index, word] of build_id.entries()) bytes.writeUInt32LE(word, 4 * index);
  return bytes.toString('hex');
}
