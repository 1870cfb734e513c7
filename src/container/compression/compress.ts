import { createGzip } from 'node:zlib';
import { CODEC_CHUNK, throughCodec } from './codec-chunks.ts';
import { compressZstd } from './zstd.ts';

export type Compression = 'gzip' | 'zstd';

/** Compresses chunks as they come. */
export function compress(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Buffer, void, undefined> {
  return compression === 'gzip' ? throughCodec(createGzip(CODEC_CHUNK), chunks) : compressZstd(chunks);
}
