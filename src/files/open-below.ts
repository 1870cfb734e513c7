/** Directories that are looked up part by part, and from then on are what was opened, whatever becomes of their names. */
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { placed } from '../error.ts';

/** Where the kernel shows what a process has open, so that a name can be looked up from there. */
const OPEN_FILES = '/proc/self/fd';

export interface OpenDirectory {
  readonly prefix: string;
  /** How the directory is called as long as it is open. */
  readonly path: string;
  /** Without /proc, it is only named. */
  readonly fd: number | undefined;
}

/** Opens a directory below another, part by part, following no link. */
export function openBelow(directory: string, prefix: string): OpenDirectory {
  if (!existsSync(OPEN_FILES)) return { prefix, path: join(directory, prefix), fd: undefined };
  let fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    for (const part of prefix.split('/')) {
      if (part === '') continue;
      const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
      const next = openSync(join(OPEN_FILES, String(fd), part), flags);
      closeSync(fd);
      fd = next;
    }
  } catch (error) {
    closeSync(fd);
    throw placed(error, { image: join(directory, prefix) });
  }
  return { prefix, path: join(OPEN_FILES, String(fd)), fd };
}
