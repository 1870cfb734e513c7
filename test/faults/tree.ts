import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Each name below a directory, with what is there. */
export type Tree = ReadonlyMap<string, string>;

/** A socket or a named pipe, by which processes find each other. */
const MEETING_POINT = 'meeting point';

export function treeOf(root: string): Tree {
  const tree = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    tree.set(relative(root, path), contents(path));
  }
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function contents(path: string): string {
  const stats = lstatSync(path);
  const mode = (stats.mode & 0o777).toString(8);
  if (stats.isDirectory()) return `directory ${mode}`;
  if (stats.isSymbolicLink()) return `link to ${readlinkSync(path)}`;
  if (!stats.isFile()) return MEETING_POINT;
  return `${mode} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

/** Whether a name is, or is in, something that is not finished: it begins as those of crit-pack do, is in TMPDIR, or one to meet at. */
export function isTemporary(name: string): boolean {
  return (
    name.split('/').some((part) => part.startsWith('.crit-pack.')) ||
    name.startsWith('tmp/') ||
    /\.(?:sock|fifo)$/.test(name)
  );
}

/** The same without what is not finished. */
export function finished(tree: Tree): Tree {
  return new Map([...tree].filter(([name]) => !isTemporary(name)));
}

/** The names at which two directories differ. */
export function differences(one: Tree, other: Tree): string[] {
  return [...new Set([...one.keys(), ...other.keys()])].filter((name) => one.get(name) !== other.get(name));
}
