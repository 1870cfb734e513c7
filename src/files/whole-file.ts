import { fstatSync } from 'node:fs';
import { CritError } from '../error.ts';

/** A file that is read from its beginning to its end: it must end where it did when it was opened. */
export class WholeFile {
  readonly #size: number;

  /** What tells no size, as files of /proc, can have any. */
  constructor(fd: number) {
    const stats = fstatSync(fd);
    this.#size = stats.isFile() ? stats.size : 0;
  }

  /** Says where it ended. Throws a CritError where that is not its end. */
  check(end: number): void {
    if (this.#size === 0 || end === this.#size) return;
    throw new CritError('io', `changed while it was read: it had ${this.#size} bytes, and has ${end} now`);
  }
}
