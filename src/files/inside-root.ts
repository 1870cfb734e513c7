import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** As many as Linux follows. */
const MOST_LINKS = 40;

/**
 * Where a path of a container leads below the directory that is its root: links are followed as they would be inside, and
 * nothing leads out. Undefined where there is nothing.
 */
export function insideRoot(root: string, path: string): string | undefined {
  // A damaged image can say so; no file is called that.
  if (path.includes('\0')) return undefined;
  const waiting = path.split('/').toReversed();
  let way: string[] = [];
  let links = 0;
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      way.pop();
      continue;
    }
    const here = join(root, ...way, part);
    const stats = lstatSync(here, { throwIfNoEntry: false });
    if (!stats) return undefined;
    if (!stats.isSymbolicLink()) {
      if (waiting.length > 0 && !stats.isDirectory()) return undefined;
      way.push(part);
      continue;
    }
    if (++links > MOST_LINKS) return undefined;
    const target = readlinkSync(here);
    if (target.startsWith('/')) way = [];
    waiting.push(...target.split('/').toReversed());
  }
  return join(root, ...way);
}
