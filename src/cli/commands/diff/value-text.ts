/** Values of facts as people read them. */
import type { Difference } from '../../../diff/difference.ts';
import { flagNames } from '../../../schema/display.ts';
import { safeText } from '../../io/terminal.ts';

/** Longer values are cut. */
const LONGEST = 200;
/** Addresses and sets of bits, and what is written as chmod(1) does. */
const HEX =
  /^(?:mm_|mask|compat)|(?:^|\.)(?:futex_rla|ss_sp|clear_tid_addr|rseq_abi_pointer|sival_ptr|events|status|madv|blk_sigset\w*|cap_\w+)$/;
const OCTAL = /(?:^|\.)(?:umask|mode|dir_perms)$/;

/** A value of the field of a difference. */
export function valueText({ kind, field = '' }: Difference, value: unknown): string {
  const text = formatted(kind, field, value);
  return safeText(text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text);
}

function formatted(kind: string, field: string, value: unknown): string {
  if (typeof value === 'string' && !/^\d+$/.test(value)) return value;
  if (Array.isArray(value)) return value.map((each) => formatted(kind, field, each)).join(', ');
  if (typeof value !== 'number' && typeof value !== 'string') return JSON.stringify(value);
  if (kind === 'file' && field === 'flags') return openFlags(Number(value));
  if (field === 'fd flags')
    return Number(value) === 0 ? 'inherited' : Number(value) === 1 ? 'FD_CLOEXEC' : String(value);
  if (OCTAL.test(field)) return Number(value).toString(8).padStart(4, '0');
  return kind === 'registers' || kind === 'vma' || HEX.test(field) ? `0x${BigInt(value).toString(16)}` : String(value);
}

/** Flags of open(2) by their names, and what is left of them. */
function openFlags(value: number): string {
  let left = value;
  const names: string[] = [];
  for (const [name, bit] of flagNames('rfile.flags')) {
    if ((left & bit) !== bit) continue;
    names.push(name);
    left &= ~bit;
  }
  if (!names.some((name) => name === 'O_WRONLY' || name === 'O_RDWR')) names.unshift('O_RDONLY');
  return [...names, ...(left === 0 ? [] : [`0x${left.toString(16)}`])].join('|');
}
