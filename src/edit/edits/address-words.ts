/** Addresses of sockets by their words, as lines hold them. */
import { formatAddress } from '../../codec/address.ts';

/** Words of an address in a line. */
export function wordsOf(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((word) => typeof word === 'number') : [];
}

/** An address as text, one of IPv4 in IPv6 as IPv4. */
export function addressText(words: readonly number[]): string {
  if (words.length === 0) return '';
  const isMapped = words.length === 4 && words[0] === 0 && words[1] === 0 && words[2] === 0xffff0000;
  return formatAddress(isMapped ? words.slice(3) : words.slice(0, words.length >= 4 ? 4 : 1));
}
