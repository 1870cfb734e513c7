import { fstatSync, statSync } from 'node:fs';
import { isSystemError } from '../../error.ts';

const NULL_DEVICE = '/dev/null';

/** Whether a file descriptor is a terminal. node:tty takes 3 ms to load: only a device can need it, and not the one of nothing. */
export async function isTerminal(fd: number): Promise<boolean> {
  try {
    const stats = fstatSync(fd);
    if (!stats.isCharacterDevice() || stats.rdev === statSync(NULL_DEVICE).rdev) return false;
  } catch (error) {
    // A descriptor that is closed.
    if (!isSystemError(error)) throw error;
    return false;
  }
  const { isatty } = await import('node:tty');
  return isatty(fd);
}
