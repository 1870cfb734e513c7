import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Unpacked } from '../container/unpack.ts';
import { placed } from '../error.ts';

/** All files below a directory with their sizes. An image that is a symbolic link counts as the file that it leads to. */
export function filesOf(directory: string): Unpacked[] {
  try {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' }).flatMap((image) => {
      const stats = statSync(join(directory, image), { throwIfNoEntry: false });
      return stats?.isFile() === true ? [{ image, size: stats.size }] : [];
    });
  } catch (error) {
    throw placed(error, { image: directory });
  }
}
