/** Images, directories and standard input to lines. */
import type { Style } from '../codec/style.ts';
import { Output } from '../codec/output.ts';
import { CritError, asCritError } from '../error.ts';
import { ImageDecoder } from '../image/image-decoder.ts';
import { formatString } from '../image/json.ts';
import { STANDARD_INPUT, readChunks } from './read-chunks.ts';
import { lookUp, walk, type Found } from './walk.ts';

export interface CheckpointLinesOptions {
  readonly style?: Style;
  readonly bare?: boolean;
  readonly extras?: boolean;
  /** The name of a single image, in place of the one that it has. */
  readonly name?: string | undefined;
  /** Which images are wanted; asked when the magic is known. */
  readonly accept?: (image: string, magic: string) => boolean;
  readonly onWarning?: (warning: CritError) => void;
  /** Told about an input that failed, to go on with the next; without it, the error is thrown. */
  readonly onError?: (error: CritError) => void;
}

/** Lines are passed on when there are so many bytes of them. */
const FULL = 128 * 1024;

/**
 * The lines of files and directories, by their paths; `-` is standard input. In chunks of whole lines, each of which is valid
 * until the next but one.
 *
 * Throws a CritError, with the lines before it passed on, where something cannot be read or is no image.
 */
export async function* checkpointLines(
  paths: readonly string[],
  options: CheckpointLinesOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const output = new Output();
  const names = new Set<string>();
  const attempt = async function* (
    work: () => AsyncGenerator<Buffer, void, undefined>,
  ): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* work();
    } catch (error) {
      const failure = asCritError(error);
      if (output.length > 0) yield output.pass();
      if (!options.onError) throw failure;
      options.onError(failure);
    }
  };
  let images = 0;
  const accept = (image: string, magic: string): boolean => {
    if (options.accept && !options.accept(image, magic)) return false;
    if (options.bare && images++ > 0)
      throw new CritError('usage', 'a second image, but --bare is for one: choose it with -m or -i', { image });
    return true;
  };
  for (const item of findAll(paths, options)) {
    if (item instanceof CritError) {
      yield* attempt(() => {
        throw item;
      });
      continue;
    }
    if (names.has(item.image))
      throw new CritError('usage', 'two inputs have this name in the lines', { image: item.image });
    names.add(item.image);
    yield* attempt(() => linesOf(item, { ...options, accept }, output));
  }
  if (output.length > 0) yield output.pass();
}

type Item = Found | { readonly kind: 'input'; readonly image: string };

/** Everything that the paths name; an error in the place of what cannot be looked at. */
function* findAll(
  paths: readonly string[],
  options: CheckpointLinesOptions,
): Generator<Item | CritError, void, undefined> {
  const single = paths.length === 1 ? options.name : undefined;
  if (options.name !== undefined && single === undefined) throw new CritError('usage', '--name is for a single image');
  const isPrefixed = paths.filter(isDirectory).length > 1;
  for (const path of paths) {
    try {
      if (path === '-') {
        yield { kind: 'input', image: single ?? '-' };
        continue;
      }
      const named = lookUp(path, isPrefixed);
      if (!named.isDirectory) yield { kind: 'file', image: single ?? named.image, path };
      else if (single !== undefined)
        throw new CritError('usage', '--name is for a single image, not for a directory', { image: path });
      else yield* walk(path, named.image);
    } catch (error) {
      yield asCritError(error, { image: path });
    }
  }
}

function isDirectory(path: string): boolean {
  try {
    return path !== '-' && lookUp(path, false).isDirectory;
  } catch {
    return false;
  }
}

async function* linesOf(
  item: Item,
  options: CheckpointLinesOptions,
  output: Output,
): AsyncGenerator<Buffer, void, undefined> {
  const { image } = item;
  const { accept = () => true, style, bare, extras, onWarning } = options;
  if (item.kind === 'link' || item.kind === 'empty') {
    const magic = item.kind === 'link' ? 'LINK' : 'DIR';
    if (!accept(image, magic)) return;
    if (bare) throw new CritError('usage', 'has no entries: leave --bare out', { image });
    const head = `{"image":${JSON.stringify(image)},"magic":"${magic}",`;
    const begin = item.kind === 'link' ? `{"target":${formatString(item.target)}}` : '{}';
    output.appendText(`${head}"begin":${begin}}\n${head}"end":{}}\n`);
    return;
  }
  const decoder = new ImageDecoder(output, {
    name: image,
    accept: (magic) => accept(image, magic),
    ...(style && { style }),
    ...(bare !== undefined && { bare }),
    ...(extras !== undefined && { extras }),
    ...(onWarning && { onWarning }),
  });
  try {
    for await (const chunk of readChunks(item.kind === 'input' ? STANDARD_INPUT : item.path)) {
      decoder.push(chunk);
      if (decoder.isSkipped) return;
      if (output.length >= FULL) yield output.pass();
    }
    decoder.end();
  } catch (error) {
    throw asCritError(error, { image });
  }
}
