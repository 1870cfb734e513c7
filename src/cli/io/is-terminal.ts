import { fstatSync } from 'node:fs';
import { isSystemError } from '../../error.ts';

/** Whether a file descriptor is a terminal. node:tty takes 2 ms to load: only a device can need it. */
export async function isTerminal(fd: number): Promise<boolean> {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return false;
  } catch (error) {
    // A descriptor that is closed.
    if (!isSystemError(error)) throw error;
    return false;
  }
  const { isatty } = await import('node:tty');
  return isatty(fd);
}
