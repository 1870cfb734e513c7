import { isSystemError } from '../error.ts';
import { closeSync, openSync, statSync } from 'node:fs';
import { readFully } from '../files/read-fully.ts';
import { DETECT_SIZE, formatOf } from './detect-format.ts';

/** Whether a file looks like an archive. Only ordinary files are looked at: what is read from a pipe is gone. */
export function mayBeArchive(path: string): boolean {
  try {
    if (path === '-' || !statSync(path).isFile()) return false;
    const fd = openSync(path, 'r');
    try {
      return formatOf(path, readFully(fd, 0, DETECT_SIZE)) !== undefined;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}
