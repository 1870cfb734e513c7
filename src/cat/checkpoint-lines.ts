/** Images, directories and standard input to lines. */
import { statSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Style } from '../codec/style.ts';
import { Output } from '../codec/output.ts';
import type { ArchiveLimits } from '../container/archive-limits.ts';
import type { Container } from '../container/container.ts';
import { mayBeArchive } from '../container/may-be-archive.ts';
import { openContainer } from '../container/open-container.ts';
import { CritError, placed } from '../error.ts';
import type { PagePlaces } from '../memory/page-places.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { shardLine, type Shard } from '../line/shard.ts';
import { MemberLines, type LinesSink, type MemberLinesOptions } from './member-lines.ts';
import type { ShardMembers } from './shard-plan.ts';

export interface CheckpointLinesOptions extends Pick<ArchiveLimits, 'maxWindow'> {
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  readonly style?: Style;
  readonly bare?: boolean;
  readonly extras?: boolean;
  /** The name of a single image, in place of the one that it has. */
  readonly name?: string | undefined;
  /** Whether the paths are the shards of one stream of criu-image-streamer. */
  readonly stream?: boolean;
  /** Of all members only those of one of so many parts, which `crit-pack` joins. */
  readonly shard?: Shard | undefined;
  /** Which images are opened at all, by their names. */
  readonly wants?: ((image: string) => boolean) | undefined;
  /** Whether symbolic links in directories are followed; without it they are lines themselves. */
  readonly follow?: boolean;
  /** Which images are wanted; asked when the magic is known. */
  readonly accept?: (image: string, magic: string) => boolean;
  /** Whether lines of PAGES say whose memory they are, and where. */
  readonly at?: boolean;
  /** Whether compressed pages are decompressed, in all images that tell of them. */
  readonly decompress?: boolean;
  /** Whether large raw images are told by their place in the directory, which is how crit-pack --from gets their bytes. */
  readonly refs?: boolean;
  readonly onWarning?: (warning: CritError) => void;
  /** Told how many bytes were read, again and again. */
  readonly onRead?: (count: number) => void;
  /** Told about an input that failed, to go on with the next; without it, the error is thrown. */
  readonly onError?: (error: CritError) => void;
}

/** Lines are passed on when there are so many bytes of them. */
const FULL = 128 * 1024;

/**
 * The lines of files, directories and archives, by their paths; `-` is standard input. In chunks of whole lines, each of which
 * is valid until the next but one.
 *
 * Throws a CritError, with the lines before it passed on, where something cannot be read or is no image.
 */
export async function* checkpointLines(
  paths: readonly string[],
  options: CheckpointLinesOptions = {},
): AsyncGenerator<Buffer, void, undefined> {
  const { name, onError } = options;
  if (name !== undefined && paths.length !== 1) throw new CritError('usage', '--name is for a single image');
  checkRefs(options);
  checkShard(options);
  const output = new Output();
  const places = options.at || options.decompress ? await newPagePlaces() : undefined;
  const lines = new MemberLines(output, { ...decodingOf(options), ...(places && spansOf(options, places)) });
  if (options.stream) {
    const stream = await streamOf(paths, options);
    try {
      lines.container('');
      for await (const _ of stream.read(lines)) if (output.length >= FULL) yield output.pass();
    } catch (error) {
      if (output.length > 0) yield output.pass();
      throw error;
    } finally {
      await stream.close();
    }
    if (output.length > 0) yield output.pass();
    return;
  }
  const isPrefixed = paths.filter((path) => isDirectory(path) || mayBeArchive(path)).length > 1;
  const shard = options.shard && (await shardOf(options.shard, paths, isPrefixed, options, lines));
  if (shard) output.appendText(shardLine(shard.mark, false));
  for (const path of paths) {
    try {
      yield* linesOf(path, isPrefixed, options, shard ?? lines, output, places);
    } catch (error) {
      const failure = placed(error, { image: name ?? nameOf(path) });
      if (output.length > 0) yield output.pass();
      if (!onError || !(failure instanceof CritError)) throw failure;
      onError(failure);
    }
  }
  // Lines that were right are passed on, whatever is said at the end.
  if (output.length > 0) yield output.pass();
  places?.close();
  shard?.check();
  if (shard) output.appendText(shardLine(shard.mark, true));
  if (output.length > 0) yield output.pass();
}

async function* linesOf(
  path: string,
  isPrefixed: boolean,
  options: CheckpointLinesOptions,
  lines: LinesSink,
  output: Output,
  places: PagePlaces | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  const { name, at, decompress, follow, onRead, onWarning } = options;
  const container = await openContainer(path, {
    name,
    maxWindow: options.maxWindow,
    ...(follow !== undefined && { follow }),
    ...(onRead && { onRead }),
    ...(onWarning && { onWarning }),
    ...(decompress && places && { contents: (file) => decompressedPages(file, places) }),
  });
  try {
    if (container.kind === 'directory' && name !== undefined)
      throw new CritError('usage', '--name is for a single image, not for a directory');
    if (container.kind === 'archive' && name !== undefined)
      throw new CritError('usage', '--name is for a single image, not for an archive');
    if (container.kind === 'archive' && (at || decompress)) {
      throw new CritError(
        'usage',
        'an archive is read in one pass: for --at and --decompress unpack it with crit-pack -C DIR',
      );
    }
    if (options.refs && (container.kind === 'archive' || path === '-'))
      throw new CritError('usage', '--refs is for directories and files in them, whose bytes can be read again');
    const isOne = container.kind === 'file';
    lines.container(isPrefixed && !isOne ? nameOf(path) : '', !isOne);
    for await (const _ of container.read(lines)) if (output.length >= FULL) yield output.pass();
  } finally {
    await container.close();
  }
}

/** What is told by its place is told as it stands there, and under its own name. */
function checkRefs({ refs, name, at, decompress, follow, stream }: CheckpointLinesOptions): void {
  if (!refs) return;
  const other = Object.entries({ name, at, decompress, dereference: follow, stream }).find(([, value]) => value);
  if (other) throw new CritError('usage', `--refs and --${other[0]} exclude each other`);
}

/** What tells the parts apart are the names and sizes of files as they are, and lines that say where a part begins and ends. */
function checkShard({ shard, name, bare, decompress, stream }: CheckpointLinesOptions): void {
  if (!shard) return;
  const other = Object.entries({ name, bare, decompress, stream }).find(([, value]) => value);
  if (other) throw new CritError('usage', `--shard and --${other[0]} exclude each other`);
}

/** What a path is called: the last part of it. */
function nameOf(path: string): string {
  return path === '-' ? path : basename(resolve(path));
}

function decodingOf(options: CheckpointLinesOptions): MemberLinesOptions {
  const { style, bare, extras, schema, accept, wants, refs, onWarning, onError } = options;
  let images = 0;
  return {
    schema,
    ...(style && { style }),
    ...(bare !== undefined && { bare }),
    ...(extras !== undefined && { extras }),
    ...(onWarning && { onWarning }),
    onError,
    ...(refs && { refs }),
    wants: wants ?? (() => true),
    accept: (image, magic) => {
      if (accept && !accept(image, magic)) return false;
      if (bare && images++ > 0)
        throw new CritError('usage', 'a second image, but --bare is for one: choose it with -m or -i', { image });
      return true;
    },
  };
}

function spansOf(options: CheckpointLinesOptions, places: PagePlaces): Pick<MemberLinesOptions, 'spansOf'> {
  return options.at ? { spansOf: (path) => places.spans(path, options.decompress ?? false) } : {};
}

function isDirectory(path: string): boolean {
  return path !== '-' && (statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

// Code that few calls need is loaded where it is needed.

async function streamOf(paths: readonly string[], options: CheckpointLinesOptions): Promise<Container> {
  const { name, at, decompress, onRead } = options;
  if (name !== undefined || at || decompress)
    throw new CritError('usage', '--stream is for streams, which --name, --at and --decompress are not for');
  const { openShards } = await import('../container/streamer/open-shards.ts');
  return openShards(paths, onRead);
}

async function shardOf(
  shard: Shard,
  paths: readonly string[],
  isPrefixed: boolean,
  options: CheckpointLinesOptions,
  lines: LinesSink,
): Promise<ShardMembers> {
  const { ShardPlan } = await import('./shard-plan.ts');
  const plan = new ShardPlan(lines);
  const { maxWindow, follow = false } = options;
  for (const path of paths) {
    try {
      for await (const _ of linesOf(path, isPrefixed, { maxWindow, follow }, plan, new Output(), undefined));
    } catch (error) {
      const failure = placed(error, { image: nameOf(path) });
      // It fails again where it is read, and is told there.
      if (!options.onError || !(failure instanceof CritError) || failure.code === 'usage') throw failure;
    }
  }
  return plan.shard(shard);
}

async function newPagePlaces(): Promise<PagePlaces> {
  const places = await import('../memory/page-places.ts');
  return new places.PagePlaces();
}

async function decompressedPages(path: string, places: PagePlaces): Promise<Iterable<Buffer> | undefined> {
  const { decompressed } = await import('../memory/decompress.ts');
  return decompressed(path, places);
}
