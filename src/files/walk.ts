/** The files of checkpoints, in an order that is the same every time. */
import { lstatSync, readdirSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { basename, join, resolve } from 'node:path';
import { CritError, placed } from '../error.ts';
import { wasInterrupted } from './clear-stale.ts';
import { isStaging } from './staging.ts';

/** Something that has lines: its name in them, and where it is. Or what cannot have any, and why. */
export type Found =
  | {
      readonly kind: 'file';
      readonly image: string;
      readonly path: string;
      readonly mode: number;
      readonly size: number;
    }
  | { readonly kind: 'link'; readonly image: string; readonly path: string; readonly target: Buffer }
  | { readonly kind: 'empty'; readonly image: string; readonly mode: number }
  | { readonly kind: 'stale'; readonly image: string; readonly wasInterrupted: boolean }
  | { readonly kind: 'error'; readonly image: string; readonly error: unknown };

/** What an operand names: a file of its own, or a directory. */
export interface Named {
  readonly isDirectory: boolean;
  /** The last part of its path. */
  readonly name: string;
}

/** Looks up a file or directory by its path, following links. Throws a CritError where it is not there. */
export function lookUp(path: string): Named {
  try {
    return { isDirectory: statSync(path).isDirectory(), name: basename(resolve(path)) };
  } catch (error) {
    throw placed(error, { image: path });
  }
}

export interface WalkOptions {
  /** Whether links are followed; those that lead to a directory in which they stand are errors. */
  readonly follow?: boolean;
}

/** What stands in a directory, at any depth, by name; an empty directory is there itself. */
export function* walk(directory: string, options: WalkOptions = {}): Generator<Found, void, undefined> {
  // Not by calls within calls: there can be more levels than those have room for.
  const open = [walkInto({ kind: 'directory', path: directory, image: '', above: options.follow ? [] : undefined })];
  for (let last = open.at(-1); last; last = open.at(-1)) {
    const next = last.next();
    if (next.done) open.pop();
    else if (next.value.kind === 'directory') open.push(walkInto(next.value));
    else yield next.value;
  }
}

/** A directory to go into; `above` are the numbers of those in which it stands, where links are followed. */
interface Below {
  readonly kind: 'directory';
  readonly path: string;
  readonly image: string;
  readonly above: readonly string[] | undefined;
}

function* walkInto({ path: directory, image: prefix, above }: Below): Generator<Found | Below, void, undefined> {
  let inside = above;
  // One character for each byte: whatever the names are, in the order of their bytes, and a tenth of what buffers take.
  let names: string[];
  try {
    if (above) {
      const { dev, ino } = statSync(directory, { bigint: true });
      const same = `${dev}:${ino}`;
      if (above.includes(same)) throw new CritError('io', 'a link to a directory in which it stands');
      inside = [...above, same];
    }
    names = readdirSync(directory, { encoding: 'latin1' });
  } catch (error) {
    yield { kind: 'error', image: prefix === '' ? directory : prefix, error };
    return;
  }
  names.sort();
  if (names.length === 0) {
    yield { kind: 'empty', image: prefix === '' ? '.' : prefix, mode: statSync(directory).mode & 0o777 };
  }
  for (const characters of names) {
    const bytes = Buffer.from(characters, 'latin1');
    const name = bytes.toString('utf8');
    const image = prefix === '' ? name : `${prefix}/${name}`;
    if (isUtf8(bytes)) yield found(join(directory, name), image, inside);
    else yield { kind: 'error', image, error: new CritError('name', 'its name is not UTF-8') };
  }
}

function found(path: string, image: string, above: readonly string[] | undefined): Found | Below {
  let stats: Stats;
  let target: Buffer | undefined;
  try {
    stats = above ? statSync(path) : lstatSync(path);
    if (stats.isSymbolicLink()) target = readlinkSync(path, 'buffer');
  } catch (error) {
    return { kind: 'error', image, error };
  }
  if (target) return { kind: 'link', image, path, target };
  if (isStaging(image)) return { kind: 'stale', image, wasInterrupted: wasInterrupted(path) };
  if (stats.isDirectory()) return { kind: 'directory', path, image, above };
  if (stats.isFile()) return { kind: 'file', image, path, mode: stats.mode & 0o777, size: stats.size };
  const reason = `a ${kindOf(stats)}, which has no lines: only files, directories and links have`;
  return { kind: 'error', image, error: new CritError('io', reason) };
}

function kindOf(stats: Stats): string {
  return stats.isFIFO() ? 'named pipe' : stats.isSocket() ? 'socket' : 'device';
}
