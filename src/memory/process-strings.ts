/** What a process was started with: arguments, environment, and the auxiliary vector. */
import { CritError } from '../error.ts';
import { formatAddress } from './choose-areas.ts';
import type { CheckpointMemory } from './checkpoint-memory.ts';
import { pageOf } from '../checkpoint/area.ts';
import type { ProcessMemory } from './process-memory.ts';
import { SegmentReader } from './read-segments.ts';
import { wholePieces } from './whole-pieces.ts';

/** More than Linux gives them. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Names of the types of auxv entries. Source: getauxval(3) and the kernel's auxvec.h. */
// prettier-ignore
const AUXV_NAMES: ReadonlyMap<number, string> = new Map([
  [3, 'AT_PHDR'], [4, 'AT_PHENT'], [5, 'AT_PHNUM'], [6, 'AT_PAGESZ'], [7, 'AT_BASE'], [8, 'AT_FLAGS'], [9, 'AT_ENTRY'],
  [11, 'AT_UID'], [12, 'AT_EUID'], [13, 'AT_GID'], [14, 'AT_EGID'], [15, 'AT_PLATFORM'], [16, 'AT_HWCAP'], [17, 'AT_CLKTCK'],
  [23, 'AT_SECURE'], [24, 'AT_BASE_PLATFORM'], [25, 'AT_RANDOM'], [26, 'AT_HWCAP2'], [27, 'AT_RSEQ_FEATURE_SIZE'],
  [28, 'AT_RSEQ_ALIGN'], [29, 'AT_HWCAP3'], [30, 'AT_HWCAP4'], [31, 'AT_EXECFN'], [32, 'AT_SYSINFO'], [33, 'AT_SYSINFO_EHDR'],
  [51, 'AT_MINSIGSTKSZ'],
]);

/** Bytes of a process between two addresses. Throws a CritError where the images do not have them all. */
export function readMemory(memory: CheckpointMemory, process: ProcessMemory, start: bigint, end: bigint): Buffer {
  if (end - start > MOST_BYTES)
    throw new CritError('limit', `${end - start} bytes at ${formatAddress(start)} are too many`);
  const { pageSize } = memory;
  const from = pageOf(start, pageSize);
  const behind = pageOf(end + BigInt(pageSize) - 1n, pageSize);
  const parts: Buffer[] = [];
  const pieces = wholePieces(process, process.areas, from, behind, 'error', pageSize);
  for (const { bytes } of new SegmentReader(memory.files, pageSize).read(pieces)) parts.push(Buffer.from(bytes));
  const skip = Number(start - BigInt(from) * BigInt(pageSize));
  return Buffer.concat(parts).subarray(skip, skip + Number(end - start));
}

/** The arguments or the environment of a process, each as its bytes. */
export function processStrings(memory: CheckpointMemory, process: ProcessMemory, what: 'args' | 'env'): Buffer[] {
  const { mm } = process;
  if (!mm) return [];
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

/** The auxiliary vector of a process: names, or numbers that have none, and values. */
export function auxiliaryVector({ mm }: ProcessMemory): [name: string, value: number | string][] {
  const words = mm?.mm_saved_auxv ?? [];
  const pairs: [string, number | string][] = [];
  for (let i = 0; i + 1 < words.length; i += 2) {
    const type = Number(words[i]);
    if (type !== 0) pairs.push([AUXV_NAMES.get(type) ?? String(type), words[i + 1] ?? 0]);
  }
  return pairs;
}
