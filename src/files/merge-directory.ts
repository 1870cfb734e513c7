/**
 * Moves what was prepared into a directory that is there already: all of it, or none.
 *
 * Files that are replaced are kept until the last one is in its place, and put back where one cannot be moved. Each directory on
 * the way is opened without following links, and what is moved goes into what was opened: a link that somebody puts in the way
 * between the check and the move is an error, and leads nowhere.
 */
import { closeSync, fstatSync, linkSync, lstatSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, isSystemError, placed } from '../error.ts';
import { openBelow, type OpenDirectory } from './open-below.ts';

/** One step, which can be taken back. */
interface Step {
  readonly name: string;
  readonly undo: () => void;
}

/**
 * `from` holds the new files, `kept` is an empty directory on the same file system for the old ones. Throws a CritError, with
 * everything as it was, where one cannot be moved; it says so where something could not be put back.
 */
export function mergeDirectory(from: string, directory: string, kept: string): void {
  const done: Step[] = [];
  const open: OpenDirectory[] = [];
  try {
    const left = [''];
    for (let prefix = left.pop(); prefix !== undefined; prefix = left.pop()) {
      const within = openBelow(directory, prefix);
      open.push(within);
      const entries = readdirSync(join(from, prefix), { withFileTypes: true }).map((entry) => {
        const target = join(within.path, entry.name);
        return { entry, target, stats: lstatSync(target, { throwIfNoEntry: false }) };
      });
      // What replaces nothing comes first, so that a backup is there before what it is for.
      entries.sort((a, b) => Number(a.stats !== undefined) - Number(b.stats !== undefined));
      for (const { entry, target, stats } of entries) {
        const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
        const isThere = stats !== undefined;
        if (entry.isDirectory() && isThere) left.push(name);
        else if (stats?.isDirectory()) throw new CritError('name', 'is in the way: it is a directory', { image: name });
        else move(join(from, name), target, isThere ? join(kept, String(done.length)) : undefined, name, done);
      }
    }
    for (const each of open) checkPlace(directory, each);
  } catch (error) {
    throw takenBack(done, error);
  } finally {
    for (const { fd } of open) if (fd !== undefined) closeRead(fd);
  }
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

function move(from: string, target: string, kept: string | undefined, name: string, done: Step[]): void {
  try {
    if (kept !== undefined) keep(target, kept);
    renameSync(from, target);
  } catch (error) {
    if (kept !== undefined && lstatSync(kept, { throwIfNoEntry: false })) {
      // Two names of one file, or its only one.
      if (lstatSync(target, { throwIfNoEntry: false })) unlinkSync(kept);
      else renameSync(kept, target);
    }
    throw placed(error, { image: name });
  }
  done.push({
    name,
    undo: () => {
      renameSync(target, from);
      if (kept !== undefined) renameSync(kept, target);
    },
  });
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

/** Takes all steps back, the last one first; gives the error to be thrown. */
function takenBack(done: readonly Step[], cause: unknown): unknown {
  const changed: string[] = [];
  for (const { name, undo } of [...done].reverse()) {
    try {
      undo();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      changed.push(name);
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
