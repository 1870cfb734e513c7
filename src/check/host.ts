/** What is asked of the host: its files below a root, and what /proc and /sys tell of it. Nothing is changed. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, isSystemError, placed } from '../error.ts';

export interface HostOptions {
  /** The directory that is the root of the processes after the restore; without it that of this process. */
  readonly root?: string | undefined;
  /** Where procfs and sysfs are. */
  readonly proc?: string | undefined;
  readonly sys?: string | undefined;
  /** The root of this host, where CRIU's plugins are. */
  readonly top?: string | undefined;
  /** What is asked for its version; found by PATH where it has no slash. */
  readonly criu?: string | undefined;
}

export class Host {
  readonly root: string;
  /** Whether the root was named: then it is that of a checkpoint with mounts of its own, too. */
  readonly isRootNamed: boolean;
  /** Where the plugins of CRIU are looked for. */
  readonly top: string;
  readonly criu: string;
  readonly #proc: string;
  readonly #sys: string;

  /** Throws a CritError where the root is no directory. */
  constructor({ root, proc = '/proc', sys = '/sys', criu = 'criu', top = '/' }: HostOptions = {}) {
    this.root = root ?? '/';
    this.isRootNamed = root !== undefined;
    this.criu = criu;
    this.top = top;
    this.#proc = proc;
    this.#sys = sys;
    try {
      if (!statSync(this.root).isDirectory()) throw new CritError('usage', 'is no directory');
    } catch (error) {
      throw placed(error, { image: this.root });
    }
  }

  /** Whether procfs has that file: of a process or thread, a setting of the kernel. */
  hasProc(name: string): boolean {
    return isThere(join(this.#proc, name));
  }

  hasSys(name: string): boolean {
    return isThere(join(this.#sys, name));
  }

  /** The text of a file of procfs; empty where this kernel has none, or does not show it. */
  procText(name: string): string {
    return textOf(join(this.#proc, name));
  }

  sysText(name: string): string {
    return textOf(join(this.#sys, name));
  }

  /** What stands behind a name in /proc/self/status, as `CapEff`. */
  status(name: string): string | undefined {
    const line = this.procText('self/status')
      .split('\n')
      .find((each) => each.startsWith(`${name}:`));
    return line?.slice(name.length + 1).trim();
  }
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isSystemError(error)) return '';
    throw error;
  }
}
