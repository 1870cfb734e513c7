import { isSystemError } from '../error.ts';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { DETECT_SIZE, formatOf } from './detect-format.ts';

/** Whether a file looks like an archive. Only ordinary files are looked at: what is read from a pipe is gone. */
export function mayBeArchive(path: string): boolean {
  try {
    if (path === '-' || !statSync(path).isFile()) return false;
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(DETECT_SIZE);
      return formatOf(path, bytes.subarray(0, readSync(fd, bytes))) !== undefined;
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return false;
  }
}
