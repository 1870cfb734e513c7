/** Which VMAs people mean: by a name, by what is allowed there, by addresses. */
import { CritError } from '../error.ts';
import { globMatcher } from '../line/filter/choice.ts';
import type { Vma } from '../checkpoint/vma.ts';

export interface VmaChoice {
  /** Names, or globs for them; all where there are none. */
  readonly names?: readonly string[];
  /** Letters that must be allowed: `rw`; or all three places: `r-x`. */
  readonly prot?: string | undefined;
}

/** Throws a CritError with code "usage" where the choice is none that can be made. */
export function vmaChooser({ names = [], prot }: VmaChoice): (vma: Vma) => boolean {
  if (prot !== undefined && !/^(?:[r-][w-][x-]|r?w?x?)$/.test(prot)) {
    throw new CritError('usage', `${prot} is no protection: letters of rwx, or three places such as r-x`);
  }
  const isExact = prot !== undefined && prot.length === 3;
  const globs = names.map(globMatcher);
  return (vma) => {
    if (names.length > 0 && !names.includes(vma.name) && !globs.some((matches) => matches(vma.name))) return false;
    if (prot === undefined) return true;
    return isExact ? vma.prot === prot : prot.split('').every((letter) => vma.prot.includes(letter));
  };
}

/** Some addresses, the last one not among them. */
export interface AddressRange {
  readonly start: bigint;
  readonly end: bigint;
}

const SUFFIXES: Readonly<Record<string, bigint>> = { '': 1n, K: 1n << 10n, M: 1n << 20n, G: 1n << 30n };

/** `0x7f00-0x8000`, or `0x7f00+SIZE`; addresses are hexadecimal, sizes are too with 0x, and can end in K, M or G. */
export function parseRange(text: string): AddressRange {
  const found = /^(?:0x)?([0-9a-f]{1,16})(?:-(?:0x)?([0-9a-f]{1,17})|\+(0x[0-9a-f]+|\d+)([KMG]?))$/i.exec(text);
  const [, from = '', to, size = '', suffix = ''] = found ?? [];
  const start = BigInt(`0x${from === '' ? 0 : from}`);
  const unit = SUFFIXES[suffix.toUpperCase()] ?? 1n;
  const end = to === undefined ? start + (size === '' ? 0n : BigInt(size) * unit) : BigInt(`0x${to}`);
  if (!found || end <= start || end > 1n << 64n) {
    throw new CritError('usage', `${text} is no range of addresses: 0x1000-0x3000, or 0x1000+8K`);
  }
  return { start, end };
}
