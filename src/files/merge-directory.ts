/**
 * Moves what was prepared into a directory that is there already: all of it, or none.
 *
 * Files that are replaced are kept until the last one is in its place, and put back where one cannot be moved. Each directory on
 * the way is opened without following links, and what is moved goes into what was opened: a link that somebody puts in the way
 * between the check and the move is an error, and leads nowhere.
 */
import {
  closeSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  unlinkSync,
  type Dirent,
} from 'node:fs';
import { join } from 'node:path';
import { CritError, isSystemError, placed } from '../error.ts';
import { openBelow, type OpenDirectory } from './open-below.ts';
import { keptPath } from './staging.ts';

/** A file, or a new directory, that is in its place: of hundreds of thousands, each must be little. */
interface Step {
  readonly within: OpenDirectory;
  readonly entry: Dirent;
  /** The number under which what it replaced is kept; -1 where there was nothing. */
  readonly kept: number;
}

/**
 * `from` holds the new files; `kept` is made, on the same file system, for the old ones. Throws a CritError, with everything as it
 * was, where one cannot be moved; it says so where something could not be put back, which is in the directory then.
 */
export function mergeDirectory(from: string, directory: string, kept: string): void {
  mkdirSync(kept);
  try {
    new Merge(from, directory, kept).run();
  } catch (error) {
    // Old files that could not be put back must stay.
    if (readdirSync(kept).length > 0) renameSync(kept, keptPath(directory));
    throw error;
  }
}

class Merge {
  readonly #from: string;
  readonly #directory: string;
  readonly #kept: string;
  readonly #done: Step[] = [];
  readonly #open: OpenDirectory[] = [];

  constructor(from: string, directory: string, kept: string) {
    this.#from = from;
    this.#directory = directory;
    this.#kept = kept;
  }

  run(): void {
    try {
      const left = [''];
      for (let prefix = left.pop(); prefix !== undefined; prefix = left.pop()) left.push(...this.#enter(prefix));
      for (const each of this.#open) checkPlace(this.#directory, each);
    } catch (error) {
      throw this.#takenBack(error);
    } finally {
      for (const { fd } of this.#open) if (fd !== undefined) closeRead(fd);
    }
  }

  /** Moves what is in a directory, and gives the directories that are there already. */
  #enter(prefix: string): string[] {
    const within = openBelow(this.#directory, prefix);
    this.#open.push(within);
    const replacing: Dirent[] = [];
    for (const entry of readdirSync(join(this.#from, prefix), { withFileTypes: true })) {
      // What replaces nothing comes first, so that a backup is there before what it is for.
      if (lstatSync(join(within.path, entry.name), { throwIfNoEntry: false })) replacing.push(entry);
      else this.#move({ within, entry, kept: -1 });
    }
    for (const entry of replacing) {
      if (entry.isDirectory()) continue;
      if (lstatSync(join(within.path, entry.name), { throwIfNoEntry: false })?.isDirectory() === true)
        throw new CritError('name', 'is in the way: it is a directory', { image: nameOf({ within, entry }) });
      this.#move({ within, entry, kept: this.#done.length });
    }
    return replacing.filter((entry) => entry.isDirectory()).map((entry) => nameOf({ within, entry }));
  }

  #move(step: Step): void {
    const { from, target, kept } = this.#paths(step);
    try {
      if (kept !== undefined) keep(target, kept);
      renameSync(from, target);
    } catch (error) {
      if (kept !== undefined && lstatSync(kept, { throwIfNoEntry: false })) {
        // Two names of one file, or its only one.
        if (lstatSync(target, { throwIfNoEntry: false })) unlinkSync(kept);
        else renameSync(kept, target);
      }
      throw placed(error, { image: nameOf(step) });
    }
    this.#done.push(step);
  }

  #paths({ within, entry, kept }: Step): { from: string; target: string; kept: string | undefined } {
    return {
      from: join(this.#from, within.prefix, entry.name),
      target: join(within.path, entry.name),
      kept: kept < 0 ? undefined : join(this.#kept, String(kept)),
    };
  }

  /** Takes all steps back, the last one first; gives the error to be thrown. */
  #takenBack(cause: unknown): unknown {
    const changed: string[] = [];
    for (const step of this.#done.reverse()) {
      const { from, target, kept } = this.#paths(step);
      try {
        renameSync(target, from);
        if (kept !== undefined) renameSync(kept, target);
      } catch (error) {
        if (!isSystemError(error)) throw error;
        changed.push(nameOf(step));
      }
    }
    if (changed.length === 0 || !(cause instanceof CritError)) return cause;
    const names = changed.slice(0, 5).join(', ') + (changed.length > 5 ? ` and ${changed.length - 5} more` : '');
    return new CritError(
      cause.code,
      `${cause.reason}; replaced, and could not be put back from .crit-pack.kept.*: ${names}`,
      cause.place,
      cause.cause,
    );
  }
}

function nameOf({ within, entry }: Pick<Step, 'within' | 'entry'>): string {
  return within.prefix === '' ? entry.name : `${within.prefix}/${entry.name}`;
}

/** What was only read loses nothing where its close fails; an error then would speak of files that are in their place. */
function closeRead(fd: number): void {
  try {
    closeSync(fd);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

/** Somebody may have moved a directory away after it was opened. */
function checkPlace(directory: string, { prefix, fd }: OpenDirectory): void {
  if (fd === undefined) return;
  const again = openBelow(directory, prefix);
  if (again.fd === undefined) return;
  const [one, other] = [fstatSync(fd), fstatSync(again.fd)];
  closeSync(again.fd);
  if (one.ino !== other.ino || one.dev !== other.dev)
    throw new CritError('io', 'was moved away while files were put into it', { image: join(directory, prefix) });
}

/** A second name, so that the first is there all the time; where the file system has none, another name. */
function keep(target: string, kept: string): void {
  try {
    linkSync(target, kept);
  } catch (error) {
    if (!isSystemError(error) || (error.code !== 'EPERM' && error.code !== 'ENOTSUP' && error.code !== 'EMLINK'))
      throw error;
    renameSync(target, kept);
  }
}
