import { createGunzip } from 'node:zlib';
import { CritError } from '../error.ts';
import type { ByteSource } from './byte-source.ts';
import { throughCodec } from './compression/codec-chunks.ts';
import { DETECT_SIZE, suspectArchive, type Suspicion } from './detect-archive.ts';
import { decompressZstd, type CompressedSource } from './compression/zstd.ts';

/** What is in a file that looks like an archive. */
export interface Opened {
  /** `file`: compressed data that is no archive, to be taken as it is. */
  readonly kind: 'tar' | 'file';
  /** The bytes of the archive, or those of the file, in chunks that are valid until the next. */
  readonly chunks: AsyncIterable<Uint8Array>;
}

/** Bytes of a file that may have been read before what is in them is known. */
const QUEUE_LIMIT = 16 * 1024 * 1024;

/**
 * Opens what looks like an archive. Nothing is unpacked for that: of compressed data, the first bytes are. Data that begins
 * like compressed data is that to its end, also where there is no archive in it, or its chunks throw a CritError.
 */
export async function openArchive(source: ByteSource, suspicion: Suspicion): Promise<Opened> {
  if (suspicion === 'tar') return { kind: 'tar', chunks: forgetting(source, source.chunks()) };
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
  const chunks = suspicion === 'gzip' ? throughCodec(createGunzip(), watched.chunks()) : decompressZstd(watched);
  const first: Buffer[] = [];
  for (let size = 0; size < DETECT_SIZE;) {
    const next = await chunks.next();
    if (next.done) break;
    first.push(Buffer.from(next.value));
    size += next.value.length;
  }
  source.forget();
  if (suspectArchive('', Buffer.concat(first).subarray(0, DETECT_SIZE)) === 'tar') {
    read.stop();
    return { kind: 'tar', chunks: joined(first, chunks) };
  }
  return { kind: 'file', chunks: asItIs(read, chunks) };
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
