import { isSystemError } from '../error.ts';
import { closeSync, openSync, statSync } from 'node:fs';
import { readFully } from '../files/read-fully.ts';
import { DETECT_SIZE, formatOf } from './detect-format.ts';
import { isImageLayout } from './oci/is-image-layout.ts';

/** Whether a file looks like an archive, or a directory like an OCI image. Pipes are not looked at: what is read from them is gone. */
export function mayBeArchive(path: string): boolean {
  try {
    if (path === '-') return false;
    const stats = statSync(path);
    if (stats.isDirectory()) return isImageLayout(path);
    if (!stats.isFile()) return false;
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
