/**
 * What a process has left that was killed outright is removed, by the next one that writes there. Where it had begun to put its
 * files in place, all of which were complete then, the others follow first: some of them new and some old are no checkpoint.
 */
import { randomBytes } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CritError, placed } from '../error.ts';
import { mergeDirectory } from './merge-directory.ts';
import { removeTree } from './remove-tree.ts';
import { KEPT, NEW, leftIn, staleIn } from './staging.ts';

/** Throws a CritError where what was begun cannot be finished; then it is as it was before. */
export function clearStale(directory: string): void {
  for (const path of staleIn(directory)) {
    if (wasInterrupted(path)) finish(path, directory);
    removeTree(path);
  }
}

/** The names of what is left in a directory by processes that have not put all of their files in place, or still do. */
export function interruptedIn(directory: string): string[] {
  return leftIn(directory).filter((name) => wasInterrupted(join(directory, name)));
}

/** Whether a process has begun to put in place what is there, and has not come to its end. */
export function wasInterrupted(path: string): boolean {
  return lstatSync(join(path, KEPT), { throwIfNoEntry: false })?.isDirectory() === true;
}

function finish(path: string, directory: string): void {
  try {
    if (![path, join(path, NEW)].every(isOwnDirectory)) throw new CritError('io', 'they are not your own');
    mergeDirectory(join(path, NEW), directory, join(path, `${KEPT}.${randomBytes(6).toString('hex')}`));
  } catch (error) {
    const why = placed(error);
    if (!(why instanceof CritError)) throw error;
    throw new CritError(
      'io',
      `some files of a command that was killed are in place, and the others in ${basename(path)} cannot follow (without it they are given up): ${why.message}`,
      { image: directory },
    );
  }
}

/** A link there would be somebody else's, and lead to files that are not meant. */
function isOwnDirectory(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.geteuid?.();
}
