/** Which lines a command works on: those of some kinds of image, or of images with some names. */
import { CritError } from '../../error.ts';
import { didYouMean } from '../../nearest.ts';
import { BUILT_IN } from '../../schema/built-in.ts';
import type { ImageSchema } from '../../schema/image-schema.ts';
import { FILE_MAGICS, RAW_MAGICS } from '../../schema/magics.ts';

export interface Choice {
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  /** Names of magics; all where there are none. */
  readonly magics?: readonly string[];
  /** Globs for names of images; all where there are none. One behind a `!` is for those that are not chosen. */
  readonly images?: readonly string[];
}

export type Chooser = (image: string, magic: string) => boolean;

/** Throws a CritError with code "usage" for a magic that there is not. */
export function chooser(choice: Choice): Chooser {
  const magics = new Set(choice.magics);
  const known: readonly string[] = [
    ...[...(choice.schema ?? BUILT_IN).types()].map((type) => type.magic),
    ...RAW_MAGICS,
    ...FILE_MAGICS,
  ];
  for (const magic of magics) {
    if (!known.includes(magic))
      throw new CritError('usage', `no image has the magic ${magic}${didYouMean(magic, known)}`);
  }
  const images = choice.images ?? [];
  const globs = images.filter((glob) => !glob.startsWith('!')).map(globMatcher);
  const others = images.filter((glob) => glob.startsWith('!')).map((glob) => globMatcher(glob.slice(1)));
  return (image, magic) =>
    (magics.size === 0 || magics.has(magic)) &&
    (globs.length === 0 || globs.some((matches) => matches(image))) &&
    !others.some((matches) => matches(image));
}

/**
 * A shell pattern: `*` and `?` stand for anything but `/`, `**` for anything, `[..]` for one of some characters.
 * One without `/` is held against the last part of a path.
 */
export function globMatcher(glob: string): (path: string) => boolean {
  let source = '';
  for (let i = 0; i < glob.length; i++) {
    const letter = glob[i] ?? '';
    const set = letter === '[' ? /^\[([!^]?)(\]?[^\]]*)\]/.exec(glob.slice(i)) : null;
    if (set) {
      source += `[${set[1] === '' ? '' : '^'}${(set[2] ?? '').replace(/[\\\]^]/g, '\\$&')}]`;
      i += set[0].length - 1;
    } else if (letter === '*' && glob[i + 1] === '*') {
      source += '.*';
      i++;
    } else if (letter === '*') source += '[^/]*';
    else if (letter === '?') source += '[^/]';
    else source += letter.replace(/[.+^${}()|[\]\\/]/g, '\\$&');
  }
  let pattern: RegExp;
  try {
    pattern = new RegExp(`^${source}$`, 'su');
  } catch (error) {
    throw new CritError('usage', `${glob} is not a pattern`, {}, error);
  }
  const isPath = glob.includes('/');
  return (path) => pattern.test(isPath ? path : path.slice(path.lastIndexOf('/') + 1));
}
