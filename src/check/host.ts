/** What is asked of the host: its files below a root, and its /proc. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, isSystemError, placed } from '../error.ts';

export interface HostOptions {
  /** The directory that is the root of the processes after the restore; without it that of this process. */
  readonly root?: string | undefined;
  /** Where procfs is. */
  readonly proc?: string | undefined;
}

export class Host {
  readonly root: string;
  /** Whether the root was named: then it is that of a checkpoint with mounts of its own, too. */
  readonly isRootNamed: boolean;
  readonly #proc: string;

  /** Throws a CritError where the root is no directory. */
  constructor({ root, proc = '/proc' }: HostOptions = {}) {
    this.root = root ?? '/';
    this.isRootNamed = root !== undefined;
    this.#proc = proc;
    try {
      if (!statSync(this.root).isDirectory()) throw new CritError('usage', 'is no directory');
    } catch (error) {
      throw placed(error, { image: this.root });
    }
  }

  /** Whether a process or thread has that id. */
  hasTask(id: number): boolean {
    return statSync(join(this.#proc, String(id)), { throwIfNoEntry: false }) !== undefined;
  }

  /** The text of a file of procfs; empty where this kernel has none, or does not show it. */
  procText(name: string): string {
    try {
      return readFileSync(join(this.#proc, name), 'utf8');
    } catch (error) {
      if (isSystemError(error)) return '';
      throw error;
    }
  }
}
