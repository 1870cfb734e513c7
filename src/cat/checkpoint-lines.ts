/** Images, directories and standard input to lines. */
import type { Style } from '../codec/style.ts';
import { Output } from '../codec/output.ts';
import { CritError, placed } from '../error.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { ImageDecoder } from '../line/image-decoder.ts';
import { ImageLines } from '../line/image-lines.ts';
import type { PagePlaces } from '../memory/page-places.ts';
import { ByteSource } from '../container/byte-source.ts';
import { DETECT_SIZE, detectArchive } from '../container/detect-archive.ts';
import type { Opened } from '../container/open-archive.ts';
import { mayBeArchive } from '../container/may-be-archive.ts';
import { readChunks } from '../files/read-chunks.ts';
import { lookUp, walk, type Found } from '../files/walk.ts';

export interface CheckpointLinesOptions {
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  readonly style?: Style;
  readonly bare?: boolean;
  readonly extras?: boolean;
  /** The name of a single image, in place of the one that it has. */
  readonly name?: string | undefined;
  /** Which images are wanted; asked when the magic is known. */
  readonly accept?: (image: string, magic: string) => boolean;
  /** Whether lines of PAGES say whose memory they are, and where. */
  readonly at?: boolean;
  /** Whether compressed pages are decompressed, in all images that tell of them. */
  readonly decompress?: boolean;
  readonly onWarning?: (warning: CritError) => void;
  /** Told how many bytes were read, again and again. */
  readonly onRead?: (count: number) => void;
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
  const places = options.at || options.decompress ? await newPagePlaces() : undefined;
  const names = new Set<string>();
  const attempt = async function* (
    work: () => AsyncGenerator<Buffer, void, undefined>,
  ): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield* work();
    } catch (error) {
      const failure = placed(error);
      if (output.length > 0) yield output.pass();
      if (!options.onError || !(failure instanceof CritError)) throw failure;
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
    yield* attempt(() => linesOf(item, { ...options, accept }, output, places));
  }
  places?.close();
  if (output.length > 0) yield output.pass();
}

/** `named` stands for what was named itself: a file or standard input, which may be an archive. */
type Item = Found | { readonly kind: 'named'; readonly image: string; readonly path: string; readonly prefix: string };

/** Everything that the paths name; an error in the place of what cannot be looked at. */
function* findAll(
  paths: readonly string[],
  options: CheckpointLinesOptions,
): Generator<Item | CritError, void, undefined> {
  const single = paths.length === 1 ? options.name : undefined;
  if (options.name !== undefined && single === undefined) throw new CritError('usage', '--name is for a single image');
  const isPrefixed = paths.filter((path) => isDirectory(path) || mayBeArchive(path)).length > 1;
  for (const path of paths) {
    try {
      if (path === '-') {
        yield { kind: 'named', image: single ?? '-', path, prefix: '' };
        continue;
      }
      const named = lookUp(path, isPrefixed);
      if (!named.isDirectory) {
        yield { kind: 'named', image: single ?? named.image, path, prefix: isPrefixed ? named.image : '' };
      } else if (single !== undefined)
        throw new CritError('usage', '--name is for a single image, not for a directory', { image: path });
      else yield* walk(path, named.image);
    } catch (error) {
      const failure = placed(error, { image: path });
      if (!(failure instanceof CritError)) throw failure;
      yield failure;
    }
  }
}

function isDirectory(path: string): boolean {
  try {
    return path !== '-' && lookUp(path, false).isDirectory;
  } catch (error) {
    if (!(placed(error) instanceof CritError)) throw error;
    return false;
  }
}

async function* linesOf(
  item: Item,
  options: CheckpointLinesOptions,
  output: Output,
  places: PagePlaces | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const { image } = item;
  const { accept = () => true, schema, style, bare, extras, at = false, decompress = false, onWarning } = options;
  if (item.kind === 'link' || item.kind === 'empty') {
    const magic = item.kind === 'link' ? 'LINK' : 'DIR';
    if (!accept(image, magic)) return;
    if (bare) throw new CritError('usage', 'has no entries: leave --bare out', { image });
    const lines = new ImageLines(output, image, magic);
    lines.begin({}, item.kind === 'link' ? item.target : undefined);
    lines.end();
    return;
  }
  const decoding = {
    schema,
    ...(style && { style }),
    ...(bare !== undefined && { bare }),
    ...(extras !== undefined && { extras }),
    ...(onWarning && { onWarning }),
  };
  const path = item.path === '-' && item.kind === 'named' ? undefined : item.path;
  const source = item.kind === 'named' ? new ByteSource(item.path, options.onRead) : undefined;
  try {
    let opened: Opened | undefined;
    if (item.kind === 'named' && source) {
      opened = await openedArchive(item, source);
      if (opened?.kind === 'tar') {
        checkArchiveOptions(options);
        const { archiveLines } = await import('../container/archive.ts');
        const { onError } = options;
        yield* archiveLines(
          opened.chunks,
          { ...decoding, prefix: item.prefix, accept, ...(onError && { onError }) },
          output,
        );
        return;
      }
    }
    const spans = at && path !== undefined ? places?.spans(path, decompress) : undefined;
    const plain = decompress && path !== undefined && places ? await decompressedPages(path, places) : undefined;
    const decoder = new ImageDecoder(output, {
      ...decoding,
      name: image,
      accept: (magic) => accept(image, magic),
      ...(spans && { spans }),
    });
    for await (const chunk of plain ?? opened?.chunks ?? source?.chunks() ?? readChunks(item.path)) {
      source?.forget();
      if (!source) options.onRead?.(chunk.length);
      decoder.push(chunk);
      if (decoder.isSkipped) return;
      if (output.length >= FULL) yield output.pass();
    }
    decoder.end();
  } catch (error) {
    throw placed(error, { image });
  } finally {
    await source?.close();
  }
}

/** What is in an input that looks like an archive; undefined where it does not. The code for it is loaded when it is needed. */
async function openedArchive(item: { readonly image: string }, source: ByteSource): Promise<Opened | undefined> {
  const suspicion = detectArchive(item.image, await source.first(DETECT_SIZE));
  if (!suspicion) return undefined;
  const { openArchive } = await import('../container/archive.ts');
  return openArchive(source, suspicion);
}

function checkArchiveOptions(options: CheckpointLinesOptions): void {
  if (options.name !== undefined) throw new CritError('usage', '--name is for a single image, not for an archive');
  if (options.at || options.decompress) {
    throw new CritError(
      'usage',
      'an archive is read in one pass: for --at and --decompress unpack it with crit-pack -C DIR',
    );
  }
}

// The code for memory is loaded where it is needed.

async function newPagePlaces(): Promise<PagePlaces> {
  const places = await import('../memory/page-places.ts');
  return new places.PagePlaces();
}

async function decompressedPages(path: string, places: PagePlaces): Promise<Iterable<Buffer> | undefined> {
  const { decompressed } = await import('../memory/decompress.ts');
  return decompressed(path, places);
}
