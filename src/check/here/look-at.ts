/** What stands at a path below a root. */
import { lstatSync, statSync, type Stats } from 'node:fs';
import { isSystemError } from '../../error.ts';
import { insideRoot } from '../../files/inside-root.ts';

export interface Look {
  /** The path on this host. */
  readonly path: string;
  readonly stats: Stats;
}

/** Undefined where nothing is there; `refused` where it may not be looked at. */
export function lookAt(root: string, name: string): Look | 'refused' | undefined {
  try {
    const path = insideRoot(root, name);
    const stats = path === undefined ? undefined : lstatSync(path, { throwIfNoEntry: false });
    return path === undefined || !stats ? undefined : { path, stats: stats.isSymbolicLink() ? statSync(path) : stats };
  } catch (error) {
    if (isSystemError(error)) return 'refused';
    throw error;
  }
}
