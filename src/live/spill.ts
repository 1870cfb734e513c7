import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, placed } from '../error.ts';
import type { WriteBehind } from './write-behind.ts';

/** A file without a name: nobody else can open it, and it is gone with its last use, whatever ends the process. */
export class Spill {
  readonly #fd: number;
  readonly #writer: WriteBehind;
  #size = 0;

  /** Throws a CritError where the directory cannot be written to. */
  constructor(directory: string, writer: WriteBehind) {
    this.#writer = writer;
    const path = join(directory, `.crit-serve.${randomBytes(8).toString('hex')}`);
    try {
      this.#fd = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
    } catch (error) {
      throw placed(error, { image: directory });
    }
  }

  /** Bytes that it holds. */
  get size(): number {
    return this.#size;
  }

  /** Puts bytes at the end, and gives where they are. */
  append(bytes: Uint8Array): number {
    const start = this.#size;
    this.#writer.write(this.#fd, start, bytes);
    this.#size += bytes.length;
    return start;
  }

  /** Fills `target` with what is at a place, when it has been written. */
  read(target: Uint8Array, offset: number): void {
    for (let done = 0; done < target.length;) {
      const count = readSync(this.#fd, target, done, target.length - done, offset + done);
      if (count === 0) throw new CritError('truncated', 'the temporary file is shorter than it was');
      done += count;
    }
  }

  /** Gives the space back. */
  close(): void {
    closeSync(this.#fd);
  }
}
