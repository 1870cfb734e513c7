/** What a file may be, by its first bytes alone: quick, and without the code that reads archives. */
import { CritError } from '../error.ts';
import { rawMagicByFile } from '../schema/images.ts';
import { beginsStream } from './streamer/detect-stream.ts';

/** Bytes that are looked at. */
export const DETECT_SIZE = 512;

/** What holds images, and what is compressed, so that it is seen only inside what it holds. */
export type Format = 'tar' | 'stream' | Compressed;
export type Compressed = 'gzip' | 'zstd';

const GZIP = Buffer.from([0x1f, 0x8b, 8]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
/** Names that only archives have. */
const ARCHIVE_NAME = /\.(?:tar|tgz|tzst|tar\.gz|tar\.zst)$/i;

/** What a file looks like; throws a CritError where its name alone is that of an archive: it would pass as some other file. */
export function detectFormat(name: string, bytes: Uint8Array): Format | undefined {
  const format = formatOf(name, bytes);
  if (!format && ARCHIVE_NAME.test(name))
    throw new CritError('format', 'is named like an archive but does not begin like one: damaged, or empty');
  return format;
}

/** What a file looks like. One with a name that CRIU gives to files in other formats is no archive, even if it is a tar. */
export function formatOf(name: string, bytes: Uint8Array): Format | undefined {
  if (rawMagicByFile(name)) return undefined;
  const first = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, DETECT_SIZE));
  if (first.subarray(0, 3).equals(GZIP)) return 'gzip';
  if (first.subarray(0, 4).equals(ZSTD)) return 'zstd';
  if (beginsStream(first)) return 'stream';
  if (first.length < DETECT_SIZE) return undefined;
  // The mark alone is enough: a header whose sum is wrong is a damaged archive, and no other file.
  return hasMark(first) || hasChecksum(first) ? 'tar' : undefined;
}

/** The mark in headers of all tars but the oldest. */
function hasMark(block: Buffer): boolean {
  return block.toString('latin1', 257, 262) === 'ustar';
}

/** Whether the number at its place is the sum of all other bytes of the block, as in each header of a tar. */
function hasChecksum(block: Buffer): boolean {
  const written = parseInt(block.toString('latin1', 148, 156), 8);
  let sum = 8 * 32;
  for (let at = 0; at < DETECT_SIZE; at++) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return sum === written && sum > 8 * 32;
}
