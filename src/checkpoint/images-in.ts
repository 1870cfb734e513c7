import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isStaging } from '../files/staging.ts';

/** Where engines put the images, below what else they save. */
export const NESTED: readonly string[] = ['checkpoint', 'pre-checkpoint'];
/** Images of which each checkpoint has one. A pre-dump has no tree of processes. */
export const MARKS: RegExp = /^(?:pstree|inventory|pagemap-\d+|mm-\d+)\.img$/;

/**
 * The directory of the images in one that a user names: itself, what engines call `checkpoint` or `pre-checkpoint` in it, or the
 * one directory that is in it, as in an archive of a directory. Undefined where there are no images.
 */
export function imagesIn(path: string): string | undefined {
  const found = [path, ...NESTED.map((name) => join(path, name))].find(hasImages);
  if (found !== undefined) return found;
  const [only, ...others] = directoriesIn(path);
  if (only === undefined || others.length > 0) return undefined;
  return [only, ...NESTED.map((name) => join(only, name))].find(hasImages);
}

function hasImages(path: string): boolean {
  return isDirectory(path) && readdirSync(path).some((name) => MARKS.test(name) && existsSync(join(path, name)));
}

function directoriesIn(path: string): string[] {
  if (!isDirectory(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((each) => each.isDirectory() && !isStaging(each.name))
    .map(({ name }) => join(path, name));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
