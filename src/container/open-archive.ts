import { createGunzip } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { throughCodec } from './compression/codec-chunks.ts';
import { DETECT_SIZE, suspectArchive, type Suspicion } from './detect-archive.ts';
import { decompressZstd } from './compression/zstd.ts';

/**
 * The bytes of a tar archive, decompressed where it is compressed, in chunks that are valid until the next; undefined where
 * what is in the compressed data is no archive. Nothing is unpacked to know that.
 */
export async function openArchive(
  source: ByteSource,
  suspicion: Suspicion,
): Promise<AsyncIterable<Uint8Array> | undefined> {
  if (suspicion === 'tar') {
    const chunks = source.chunks();
    return forgetting(source, chunks);
  }
  const chunks = suspicion === 'gzip' ? throughCodec(createGunzip(), source.chunks()) : decompressZstd(source);
  const first: Buffer[] = [];
  let size = 0;
  try {
    while (size < DETECT_SIZE) {
      const next = await chunks.next();
      if (next.done) break;
      first.push(Buffer.from(next.value));
      size += next.value.length;
    }
  } catch (error) {
    // Whatever it is, it can be taken as it is, unless too much has gone by.
    if (!source.isWhole) throw error;
    return undefined;
  }
  if (suspectArchive('', Buffer.concat(first).subarray(0, DETECT_SIZE)) === 'tar' || !source.isWhole) {
    source.forget();
    return joined(first, chunks);
  }
  await chunks.return();
  return undefined;
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
