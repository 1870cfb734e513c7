/** Zstandard: Node's own where it has one (from 22.15 on), else WebAssembly from two packages. */
import * as zlib from 'node:zlib';
import { CritError } from '../../error.ts';
import { throughCodec } from './codec-chunks.ts';

/** Bytes that become one frame where frames are compressed one by one. */
const FRAME_SIZE = 1024 * 1024;
const LEVEL = 3;

interface NativeZstd {
  createZstdCompress(): zlib.Gzip;
  createZstdDecompress(): zlib.Gunzip;
}

/** Whether Node's own can be used. */
function isNative(module: object): module is NativeZstd {
  return 'createZstdCompress' in module && 'createZstdDecompress' in module;
}

/** Where compressed bytes come from: those that were read already, and the rest, in either way of reading. */
export interface CompressedSource {
  chunks(): AsyncIterable<Uint8Array>;
  chunksSync(): Iterable<Uint8Array>;
}

/** Decompresses any number of frames. Throws a CritError where they are damaged or cut off. */
export async function* decompressZstd(source: CompressedSource): AsyncGenerator<Uint8Array, void, undefined> {
  if (isNative(zlib)) {
    yield* throughCodec(zlib.createZstdDecompress(), source.chunks());
    return;
  }
  const { ZSTDDecoder } = await import('zstddec/stream');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  // The decoder gives nothing again and again where its input is damaged; an empty frame takes 8 bytes.
  let idle = 0;
  let most = 0;
  const watched = function* (): Generator<Uint8Array, void, undefined> {
    for (const chunk of source.chunksSync()) {
      idle = 0;
      most = chunk.length / 8 + 2;
      yield chunk;
    }
  };
  try {
    for (const bytes of decoder.decodeStreaming(watched())) {
      if (bytes.length > 0) yield bytes;
      else if (++idle > most) throw new CritError('format', 'damaged zstd data');
    }
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('Incomplete')) {
      throw new CritError('truncated', 'truncated zstd data', {}, error);
    }
    throw error;
  }
}

/** Compresses into one frame, or into one for each MiB where Node has no zstd of its own. */
export async function* compressZstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  if (isNative(zlib)) {
    yield* throughCodec(zlib.createZstdCompress(), chunks);
    return;
  }
  const { init, compress } = await import('@bokuweb/zstd-wasm');
  await init();
  const frame = Buffer.allocUnsafeSlow(FRAME_SIZE);
  let length = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + FRAME_SIZE - length);
      frame.set(part, length);
      length += part.length;
      at += part.length;
      if (length < FRAME_SIZE) continue;
      yield Buffer.from(compress(frame, LEVEL));
      length = 0;
    }
  }
  if (length > 0) yield Buffer.from(compress(frame.subarray(0, length), LEVEL));
}
