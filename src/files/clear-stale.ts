/**
 * What a process has left that was killed outright is removed, by the next one that writes there. Where it had begun to put its
 * files in place, all of which were complete then, the others follow first: some of them new and some old are no checkpoint.
 */
import { lstatSync, mkdtempSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CritError, placed } from '../error.ts';
import { mergeDirectory } from './merge-directory.ts';
import { removeTree } from './remove-tree.ts';
import { KEPT, NEW, staleIn } from './staging.ts';

/** Throws a CritError where what was begun cannot be finished; then it is as it was before. */
export function clearStale(directory: string): void {
  for (const path of staleIn(directory)) {
    if (wasInterrupted(path)) finish(path, directory);
    removeTree(path);
  }
}

/** Whether a process has begun to put in place what is there, and has not come to its end. */
export function wasInterrupted(path: string): boolean {
  return [path, join(path, NEW), join(path, KEPT)].every(isOwnDirectory);
}

function finish(path: string, directory: string): void {
  try {
    mergeDirectory(join(path, NEW), directory, mkdtempSync(join(path, `${KEPT}.`)));
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
