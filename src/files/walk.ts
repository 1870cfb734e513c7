/** The files of checkpoints, in an order that is the same every time. */
import { lstatSync, readdirSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { basename, join, resolve } from 'node:path';
import { CritError, placed } from '../error.ts';

/** Something that has lines: its name in them, and where it is. */
export type Found =
  | { readonly kind: 'file'; readonly image: string; readonly path: string }
  | { readonly kind: 'link'; readonly image: string; readonly target: Buffer }
  | { readonly kind: 'empty'; readonly image: string };

/** What an operand names: a file of its own, or a directory, with the prefix that its images have. */
export interface Named {
  readonly path: string;
  readonly isDirectory: boolean;
  readonly image: string;
}

/**
 * Looks up files and directories by their paths, following links.
 *
 * A file is named by the last part of its path. Images of a directory have their path in it; with several directories, that
 * path begins with the directory's own name. Throws a CritError where a path is not there.
 */
export function lookUp(path: string, prefixed: boolean): Named {
  const stats = stat(path);
  const name = basename(resolve(path));
  return { path, isDirectory: stats.isDirectory(), image: stats.isDirectory() && !prefixed ? '' : name };
}

/** What stands in a directory, at any depth, by name; links are not followed. Throws a CritError for what cannot be read. */
export function* walk(directory: string, prefix = ''): Generator<Found, void, undefined> {
  const names = entriesOf(directory, prefix);
  if (names.length === 0) yield { kind: 'empty', image: prefix === '' ? '.' : prefix };
  for (const name of names) {
    const path = join(directory, name);
    const image = prefix === '' ? name : `${prefix}/${name}`;
    const stats = lstat(path, image);
    if (stats.isDirectory()) yield* walk(path, image);
    else if (stats.isFile()) yield { kind: 'file', image, path };
    else if (stats.isSymbolicLink()) yield { kind: 'link', image, target: readlinkSync(path, 'buffer') };
    else
      throw new CritError('io', `a ${kindOf(stats)}, which has no lines: only files, directories and links have`, {
        image,
      });
  }
}

function entriesOf(directory: string, prefix: string): string[] {
  let names: Buffer[];
  try {
    names = readdirSync(directory, { encoding: 'buffer' });
  } catch (error) {
    throw placed(error, { image: prefix === '' ? directory : prefix });
  }
  names.sort((a, b) => Buffer.compare(a, b));
  return names.map((name) => {
    if (!isUtf8(name)) {
      throw new CritError('name', `has a file whose name is not UTF-8: ${name.toString('latin1')}`, {
        image: directory,
      });
    }
    return name.toString('utf8');
  });
}

function stat(path: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw placed(error, { image: path });
  }
}

function lstat(path: string, image: string): Stats {
  try {
    return lstatSync(path);
  } catch (error) {
    throw placed(error, { image });
  }
}

function kindOf(stats: Stats): string {
  return stats.isFIFO() ? 'named pipe' : stats.isSocket() ? 'socket' : 'device';
}
