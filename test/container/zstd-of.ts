import { compress } from '../../src/container/compression/compress.ts';

/** Bytes as crit-pack --zstd compresses them. */
export async function zstdOf(bytes: Uint8Array): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of compress(chunksOf(bytes), 'zstd')) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
