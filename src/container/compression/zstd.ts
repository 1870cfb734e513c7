/** Zstandard: Node's own where it has one (from 22.15 on), else WebAssembly from two packages. */
import * as zlib from 'node:zlib';
import { CritError } from '../../error.ts';
import { throughCodec } from './codec-chunks.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** Bytes that become one frame where frames are compressed one by one. */
const FRAME_SIZE = 1024 * 1024;
const LEVEL = 3;
/** Node's name for it: ZSTD_c_checksumFlag. */
const CHECKSUM_FLAG = 201;

interface NativeZstd {
  createZstdCompress(options: { params: Record<number, number> }): zlib.Gzip;
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

/** Bytes that WebAssembly is given at once: an error is known to be within them. */
const PART_SIZE = 16 * 1024;

/** Decompresses any number of frames. Throws a CritError with the byte offset where they are damaged or cut off. */
export async function* decompressZstd(source: CompressedSource): AsyncGenerator<Uint8Array, void, undefined> {
  const frames = new ZstdFrames();
  if (isNative(zlib)) {
    yield* throughCodec(zlib.createZstdDecompress(), checked(source.chunks(), frames));
    return;
  }
  const { ZSTDDecoder } = await import('zstddec/stream');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  // Where its input is damaged, the decoder gives nothing again and again; an empty frame takes 8 bytes.
  let idle = 0;
  let most = 0;
  let offset = 0;
  const parts = function* (): Generator<Uint8Array, void, undefined> {
    for (const chunk of source.chunksSync()) {
      for (let at = 0; at < chunk.length; at += PART_SIZE) {
        const part = chunk.subarray(at, at + PART_SIZE);
        frames.push(part);
        idle = 0;
        most = part.length / 8 + 2;
        yield part;
        offset += part.length;
      }
    }
    frames.end();
  };
  try {
    for (const bytes of decoder.decodeStreaming(parts())) {
      if (bytes.length > 0) yield bytes;
      else if (++idle > most) throw new CritError('format', 'damaged compressed data', { offset });
    }
  } catch (error) {
    // All frames were there to their ends, but the decoder was not content with the last.
    if (error instanceof Error && error.message.startsWith('Incomplete'))
      throw new CritError('format', 'damaged compressed data', { offset }, error);
    // Where the data is damaged, WebAssembly can leave its memory.
    if (error instanceof Error && error.name === 'RuntimeError')
      throw new CritError('format', 'damaged compressed data', { offset }, error);
    throw error;
  }
}

async function* checked(
  chunks: AsyncIterable<Uint8Array>,
  frames: ZstdFrames,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    frames.push(chunk);
    yield chunk;
  }
  frames.end();
}

/** Compresses into one frame, or into one for each MiB where Node has no zstd of its own; with checksums, so that damage is seen. */
export async function* compressZstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  if (isNative(zlib)) {
    yield* throughCodec(zlib.createZstdCompress({ params: { [CHECKSUM_FLAG]: 1 } }), chunks);
    return;
  }
  compressor ??= loadCompressor();
  const frameOf = await compressor;
  const frame = Buffer.allocUnsafeSlow(FRAME_SIZE);
  let length = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + FRAME_SIZE - length);
      frame.set(part, length);
      length += part.length;
      at += part.length;
      if (length < FRAME_SIZE) continue;
      yield frameOf(frame);
      length = 0;
    }
  }
  if (length > 0) yield frameOf(frame.subarray(0, length));
}

/** Loaded once: a package that is initialised again while it is in use gives zeros. */
let compressor: Promise<(bytes: Uint8Array) => Buffer> | undefined;

async function loadCompressor(): Promise<(bytes: Uint8Array) => Buffer> {
  const [{ init, compress }, xxhash] = await Promise.all([import('@bokuweb/zstd-wasm'), import('xxhash-wasm')]);
  const [hasher] = await Promise.all([xxhash.default(), init()]);
  return (bytes) => withChecksum(compress(bytes, LEVEL), hasher.h64Raw(bytes));
}

/** A frame with the checksum of its contents behind it: the package makes none. */
function withChecksum(frame: Uint8Array, hash: bigint): Buffer {
  const whole = Buffer.alloc(frame.length + 4);
  whole.set(frame);
  whole.writeUInt8(whole.readUInt8(4) | 4, 4);
  whole.writeUInt32LE(Number(hash & 0xffffffffn), frame.length);
  return whole;
}
