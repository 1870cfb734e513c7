import { closeSync, fsyncSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Waits until the names in a directory are on the disk, and in those below it, unless it is that one alone. */
export function syncDirectories(top: string, below: boolean = true): void {
  const left = [top];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    const fd = openSync(path, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (!below) return;
    for (const entry of readdirSync(path, { withFileTypes: true }))
      if (entry.isDirectory()) left.push(join(path, entry.name));
  }
}
