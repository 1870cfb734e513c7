import { createGunzip } from 'node:zlib';
import { CritError } from '../error.ts';
import { CODEC_CHUNK, throughCodec } from './compression/codec-chunks.ts';
import { decompressZstd } from './compression/zstd.ts';
import { Ahead } from './ahead.ts';
import type { ArchiveLimits } from './archive-limits.ts';
import type { Container } from './container.ts';
import { DETECT_SIZE, formatOf, type Compressed, type Format } from './detect-format.ts';
import { LOOK_SIZE, beginsImage } from './oci/begins-image.ts';
import { StreamerContainer } from './streamer/streamer-container.ts';
import { TarContainer, type TarSource } from './tar/tar-container.ts';

/** Bytes of a file that may have been read before what is in them is known. */
const QUEUE_LIMIT = 16 * 1024 * 1024;

/** Bytes of an archive, from the beginning, once. */
export interface ArchiveSource {
  chunks(): AsyncIterable<Uint8Array>;
  /** Passes over bytes behind those that `chunks` has given, where that can be; gives how many. */
  skip?(count: number): number;
  /** The file that these bytes are, from its beginning, where it can be read at random. */
  readonly file?: number | undefined;
  /** Nobody will begin at the beginning again. */
  forget(): void;
  close(): Promise<void>;
}

export interface ArchiveOptions extends ArchiveLimits {
  /** Whether it is the layer of an image, in which no other is looked for. */
  readonly isLayer?: boolean;
}

/**
 * Opens what looks like an archive. Nothing is unpacked for that: of compressed data, the first bytes are. Where no archive is
 * in it, it is the bytes of a file, which are decompressed alongside: what begins like compressed data is that to its end, or
 * its chunks throw a CritError.
 */
export async function openArchive(
  source: ArchiveSource,
  format: Format,
  options: ArchiveOptions = {},
): Promise<Container | { readonly file: AsyncIterable<Uint8Array> }> {
  const close = (): Promise<void> => source.close();
  if (!isCompressed(format))
    return containerOf(format, {
      ...options,
      chunks: forgetting(source),
      file: source.file,
      skip: (count) => source.skip?.(count) ?? 0,
      close,
    });
  const read = new ReadAlready();
  const watched = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source.chunks()) {
      read.add(chunk);
      yield chunk;
    }
  };
  const chunks = new Ahead(
    format === 'gzip'
      ? throughCodec(createGunzip(CODEC_CHUNK), watched())
      : decompressZstd(watched(), options.maxWindow),
  );
  const inner = formatOf('', await chunks.first(DETECT_SIZE));
  source.forget();
  if (!inner || isCompressed(inner)) return { file: asItIs(read, chunks) };
  read.stop();
  return containerOf(inner, { ...options, chunks, close });
}

/** The reader of what is not compressed: each kind that is read in one pass has its line here. */
async function containerOf(
  format: Exclude<Format, Compressed>,
  source: TarSource & ArchiveOptions & { close(): Promise<void> },
): Promise<Container> {
  if (format === 'stream') return new StreamerContainer([source.chunks], () => source.close());
  const chunks = new Ahead(source.chunks);
  const tar = { ...source, chunks, skip: (count: number) => (chunks.isPast ? (source.skip?.(count) ?? 0) : 0) };
  if (source.isLayer === true || !beginsImage(await chunks.first(LOOK_SIZE))) return new TarContainer(tar);
  const { OciContainer } = await import('./oci/oci-container.ts');
  return new OciContainer(tar, source);
}

function isCompressed(format: Format): format is Compressed {
  return format === 'gzip' || format === 'zstd';
}

/** Compressed bytes that were read, until they are wanted as they are. */
class ReadAlready {
  #chunks: Buffer[] | undefined = [];
  #size = 0;

  add(chunk: Uint8Array): void {
    if (!this.#chunks) return;
    this.#size += chunk.length;
    if (this.#size > QUEUE_LIMIT)
      throw new CritError('limit', `more than ${QUEUE_LIMIT >> 20} MiB of compressed data in which there is nothing`);
    this.#chunks.push(Buffer.from(chunk));
  }

  take(): Buffer[] {
    const chunks = this.#chunks ?? [];
    this.#chunks = [];
    this.#size = 0;
    return chunks;
  }

  stop(): void {
    this.#chunks = undefined;
  }
}

/** Compressed data as it is, which is decompressed alongside to see that it is whole. */
async function* asItIs(
  read: ReadAlready,
  decompressed: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  yield* read.take();
  for await (const _ of decompressed) yield* read.take();
  yield* read.take();
}

async function* forgetting(source: ArchiveSource): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of source.chunks()) {
    source.forget();
    yield chunk;
  }
}
