/** The auxiliary vector of a process, as mm-PID.img has it. */
import type { Int64 } from '../schema/generated/messages.ts';

/** Names of the types of auxv entries. Source: getauxval(3) and the kernel's auxvec.h. */
// prettier-ignore
const AUXV_NAMES: ReadonlyMap<number, string> = new Map([
  [3, 'AT_PHDR'], [4, 'AT_PHENT'], [5, 'AT_PHNUM'], [6, 'AT_PAGESZ'], [7, 'AT_BASE'], [8, 'AT_FLAGS'], [9, 'AT_ENTRY'],
  [11, 'AT_UID'], [12, 'AT_EUID'], [13, 'AT_GID'], [14, 'AT_EGID'], [15, 'AT_PLATFORM'], [16, 'AT_HWCAP'], [17, 'AT_CLKTCK'],
  [23, 'AT_SECURE'], [24, 'AT_BASE_PLATFORM'], [25, 'AT_RANDOM'], [26, 'AT_HWCAP2'], [27, 'AT_RSEQ_FEATURE_SIZE'],
  [28, 'AT_RSEQ_ALIGN'], [29, 'AT_HWCAP3'], [30, 'AT_HWCAP4'], [31, 'AT_EXECFN'], [32, 'AT_SYSINFO'], [33, 'AT_SYSINFO_EHDR'],
  [51, 'AT_MINSIGSTKSZ'],
]);

const TWO_32 = 1n << 32n;

/** A type and its value. */
export type AuxvEntry = readonly [type: number, value: Int64];

/**
 * The entries of `mm_saved_auxv`, without those of type 0, which end it.
 *
 * CRIU reads the vector of a 32-bit task as 64-bit words: each of them is then a whole entry, the type in its low half and the
 * value in its high half. No type needs more than 32 bits, so that a large number in the place of one tells.
 */
export function auxvOf(words: readonly Int64[]): AuxvEntry[] {
  const isPacked = words.some((word, index) => index % 2 === 0 && BigInt(word) >= TWO_32);
  const entries: AuxvEntry[] = [];
  if (isPacked) {
    for (const word of words) entries.push([Number(BigInt(word) % TWO_32), Number(BigInt(word) / TWO_32)]);
  } else {
    for (let i = 0; i + 1 < words.length; i += 2) entries.push([Number(words[i]), words[i + 1] ?? 0]);
  }
  return entries.filter(([type]) => type !== 0);
}

/** AT_PAGESZ; of a type that has no name its number. */
export function auxvName(type: number): string {
  return AUXV_NAMES.get(type) ?? String(type);
}
