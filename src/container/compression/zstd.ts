/**
 * Zstandard: Node's own where it has one (from 22.15 on). Else it is compressed by the program `zstd`, where that is installed,
 * and WebAssembly from two packages does the rest.
 */
import * as zlib from 'node:zlib';
import { CritError } from '../../error.ts';
import { CODEC_CHUNK, throughCodec } from './codec-chunks.ts';
import { WINDOW_LIMIT, ZstdFrames } from './zstd-frames.ts';
import { zstdProgram } from './zstd-program.ts';

/** Bytes that become one frame where frames are compressed one by one. */
const FRAME_SIZE = 1024 * 1024;
const LEVEL = 3;
/** Node's name for it: ZSTD_c_checksumFlag. */
const CHECKSUM_FLAG = 201;
/** ZSTD_d_windowLogMax, and the most that it takes: a window of 2 GiB. */
const WINDOW_LOG = 100;
const WINDOW_LOG_MOST = 31;
/** What the decoder of WebAssembly takes, whose parameters cannot be set. */
const WEB_ASSEMBLY_WINDOW = 128 * 1024 * 1024;

interface NativeOptions {
  readonly chunkSize: number;
  readonly params: Readonly<Record<number, number>>;
}

interface NativeZstd {
  createZstdCompress(options: NativeOptions): zlib.Gzip;
  createZstdDecompress(options: NativeOptions): zlib.Gunzip;
}

/** Whether Node's own can be used. */
function isNative(module: object): module is NativeZstd {
  return 'createZstdCompress' in module && 'createZstdDecompress' in module;
}

/** Bytes that WebAssembly is given at once: an error is known to be within them. */
const PART_SIZE = 16 * 1024;

/**
 * Decompresses any number of frames. Throws a CritError with the byte offset where they are damaged or cut off, or ask for a
 * window of more bytes than `maxWindow`.
 */
export async function* decompressZstd(
  chunks: AsyncIterable<Uint8Array>,
  maxWindow: number = WINDOW_LIMIT,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (isNative(zlib)) {
    const codec = zlib.createZstdDecompress({ ...CODEC_CHUNK, params: { [WINDOW_LOG]: WINDOW_LOG_MOST } });
    yield* throughCodec(codec, checked(chunks, new ZstdFrames(maxWindow)));
  } else {
    const frames = new ZstdFrames(Math.min(maxWindow, WEB_ASSEMBLY_WINDOW));
    yield* throughWebAssembly(checked(inParts(chunks), frames));
  }
}

/** The decoder cannot wait for its input: the next part of it is always there before it is asked to go on. */
async function* throughWebAssembly(
  parts: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { ZSTDDecoder } = await import('zstddec/stream');
  const decoder = new ZSTDDecoder();
  await decoder.init();
  let part: Uint8Array | undefined;
  // Where its input is damaged, the decoder gives nothing again and again; an empty frame takes 8 bytes.
  let idle = 0;
  let most = 0;
  let offset = 0;
  let taken = 0;
  const given = function* (): Generator<Uint8Array, void, undefined> {
    while (part) {
      const next = part;
      part = undefined;
      offset += taken;
      taken = next.length;
      idle = 0;
      most = taken / 8 + 2;
      yield next;
    }
    offset += taken;
  };
  const results = decoder.decodeStreaming(given());
  try {
    for (;;) {
      part ??= (await parts.next()).value ?? undefined;
      const result = results.next();
      if (result.done) return;
      if (result.value.length > 0) yield result.value;
      else if (++idle > most) throw new CritError('format', 'damaged compressed data', { offset });
    }
  } catch (error) {
    // All frames were there to their ends, but the decoder was not content with the last; or WebAssembly left its memory.
    if (error instanceof Error && (error.message.startsWith('Incomplete') || error.name === 'RuntimeError'))
      throw new CritError('format', 'damaged compressed data', { offset }, error);
    throw error;
  } finally {
    await parts.return();
  }
}

async function* inParts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks)
    for (let at = 0; at < chunk.length; at += PART_SIZE) yield chunk.subarray(at, at + PART_SIZE);
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

/** Compresses into one frame, or into one for each MiB where WebAssembly does it; with checksums, so that damage is seen. */
export async function* compressZstd(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void, undefined> {
  if (isNative(zlib)) {
    yield* throughCodec(zlib.createZstdCompress({ ...CODEC_CHUNK, params: { [CHECKSUM_FLAG]: 1 } }), chunks);
    return;
  }
  const program = await zstdProgram(chunks);
  if (program) {
    yield* program;
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
