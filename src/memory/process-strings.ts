/** What a process was started with: its arguments and its environment, from its memory. */
import { CritError } from '../error.ts';
import type { CheckpointMemory } from './checkpoint-memory.ts';
import { addressOf, formatAddress, pageOf } from '../checkpoint/vma.ts';
import type { ProcessMemory } from './process-memory.ts';
import { SegmentReader } from './read-segments.ts';
import { wholePieces } from './whole-pieces.ts';

/** More than Linux gives them. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Bytes of a process between two addresses. Throws a CritError where the images do not have them all. */
export function readMemory(memory: CheckpointMemory, process: ProcessMemory, start: bigint, end: bigint): Buffer {
  if (end - start > MOST_BYTES)
    throw new CritError('limit', `${end - start} bytes at ${formatAddress(start)} are too many`);
  const { pageSize } = memory;
  const from = pageOf(start, pageSize);
  const behind = pageOf(end + BigInt(pageSize) - 1n, pageSize);
  const parts: Buffer[] = [];
  const pieces = wholePieces(process, process.vmas, from, behind, 'error', pageSize);
  for (const { bytes } of new SegmentReader(memory.files, pageSize).read(pieces)) parts.push(Buffer.from(bytes));
  const skip = Number(start - addressOf(from, pageSize));
  return Buffer.concat(parts).subarray(skip, skip + Number(end - start));
}

/** The arguments or the environment of a process, each as its bytes; undefined where it is not known where they are. */
export function processStrings(
  memory: CheckpointMemory,
  process: ProcessMemory,
  what: 'args' | 'env',
): Buffer[] | undefined {
  const mm = process.readMm();
  if (!mm) return undefined;
  const [start, end] = what === 'args' ? [mm.mm_arg_start, mm.mm_arg_end] : [mm.mm_env_start, mm.mm_env_end];
  const strings: Buffer[] = [];
  if (BigInt(end) <= BigInt(start)) return strings;
  const bytes = readMemory(memory, process, BigInt(start), BigInt(end));
  for (let at = 0; at < bytes.length;) {
    const zero = bytes.indexOf(0, at);
    const behind = zero < 0 ? bytes.length : zero;
    strings.push(bytes.subarray(at, behind));
    at = behind + 1;
  }
  return strings;
}
