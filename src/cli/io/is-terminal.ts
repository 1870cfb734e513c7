import { fstatSync } from 'node:fs';

/** Whether a file descriptor is a terminal. node:tty takes 2 ms to load: only a device can need it. */
export async function isTerminal(fd: number): Promise<boolean> {
  try {
    if (!fstatSync(fd).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  const { isatty } = await import('node:tty');
  return isatty(fd);
}
