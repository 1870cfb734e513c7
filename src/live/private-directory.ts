import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { CritError, isSystemError, placed } from '../error.ts';

/** Write permission of the group and of others. */
const WRITE_OF_OTHERS = 0o022;

/**
 * Makes sure that a directory is one in which nobody else can put or replace anything, and makes it where it is missing.
 * Gives how to remove it again if it is empty, where it was made.
 */
export function privateDirectory(directory: string): () => void {
  try {
    const stats = statSync(directory, { throwIfNoEntry: false });
    if (!stats) {
      mkdirSync(directory, { mode: 0o700 });
      return () => removeEmpty(directory);
    }
    if (!stats.isDirectory()) throw new CritError('io', 'is no directory');
    const user = process.geteuid?.();
    if (stats.uid !== user && stats.uid !== 0) {
      throw new CritError('io', `belongs to user ${stats.uid}: CRIU is met in a directory of one's own`);
    }
    if ((stats.mode & WRITE_OF_OTHERS) !== 0) {
      throw new CritError(
        'io',
        "others can write into it, and so take CRIU's place: chmod go-w, or name a new directory",
      );
    }
    return () => {};
  } catch (error) {
    throw placed(error, { image: directory });
  }
}

function removeEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch (error) {
    // CRIU has left its log there.
    if (!isSystemError(error)) throw error;
  }
}
