import { isSystemError } from '../error.ts';
import { existsSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** A checkpoint before this one, which has the pages that did not change. */
export interface Parent {
  /** What the link says. */
  readonly target: string;
  readonly isThere: boolean;
}

/** More than anybody makes. */
const MOST = 1000;

/** The chain of `parent` links, nearest first. */
export function readParents(directory: string): Parent[] {
  const found: Parent[] = [];
  const seen = new Set<string>();
  for (let path = directory; found.length < MOST;) {
    let target: string;
    try {
      target = readlinkSync(join(path, 'parent'));
    } catch (error) {
      if (!isSystemError(error)) throw error;
      return found;
    }
    const next = join(path, 'parent');
    const isThere = existsSync(next);
    found.push({ target, isThere });
    if (!isThere) return found;
    path = realpathSync(next);
    if (seen.has(path)) return found;
    seen.add(path);
  }
  return found;
}
