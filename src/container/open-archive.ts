import { createGunzip } from 'node:zlib';
import { CritError } from '../error.ts';
import type { ByteSource } from './byte-source.ts';
import { throughCodec } from './compression/codec-chunks.ts';
import { decompressZstd, type CompressedSource } from './compression/zstd.ts';
import type { Container } from './container.ts';
import { DETECT_SIZE, formatOf, type Compressed, type Format } from './detect-format.ts';
import { StreamerContainer } from './streamer/streamer-container.ts';
import { TarContainer } from './tar/tar-container.ts';

/** Archives by what their bytes look like: each kind that reads a file in one pass has its line here. */
const READERS: Readonly<
  Record<Exclude<Format, Compressed>, (chunks: AsyncIterable<Uint8Array>, onClose: () => Promise<void>) => Container>
> = {
  tar: (chunks, onClose) => new TarContainer(chunks, onClose),
  stream: (chunks, onClose) => new StreamerContainer([chunks], onClose),
};

/** Bytes of a file that may have been read before what is in them is known. */
const QUEUE_LIMIT = 16 * 1024 * 1024;

/**
 * Opens what looks like an archive. Nothing is unpacked for that: of compressed data, the first bytes are. Where no archive is
 * in it, it is the bytes of a file, which are decompressed alongside: what begins like compressed data is that to its end, or
 * its chunks throw a CritError.
 */
export async function openArchive(
  source: ByteSource,
  format: Format,
): Promise<Container | { readonly file: AsyncIterable<Uint8Array> }> {
  const close = (): Promise<void> => source.close();
  if (!isCompressed(format)) return READERS[format](forgetting(source, source.chunks()), close);
  const read = new ReadAlready();
  const watched: CompressedSource = {
    chunks: async function* () {
      for await (const chunk of source.chunks()) {
        read.add(chunk);
        yield chunk;
      }
    },
    chunksSync: function* () {
      for (const chunk of source.chunksSync()) {
        read.add(chunk);
        yield chunk;
      }
    },
  };
  const chunks = format === 'gzip' ? throughCodec(createGunzip(), watched.chunks()) : decompressZstd(watched);
  const first: Buffer[] = [];
  for (let size = 0; size < DETECT_SIZE;) {
    const next = await chunks.next();
    if (next.done) break;
    first.push(Buffer.from(next.value));
    size += next.value.length;
  }
  source.forget();
  const inner = formatOf('', Buffer.concat(first));
  if (!inner || isCompressed(inner)) return { file: asItIs(read, chunks) };
  read.stop();
  return READERS[inner](joined(first, chunks), close);
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

async function* forgetting(
  source: ByteSource,
  chunks: AsyncGenerator<Buffer, void, undefined>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) {
    source.forget();
    yield chunk;
  }
}

async function* joined(
  first: readonly Buffer[],
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* first;
  yield* rest;
}
