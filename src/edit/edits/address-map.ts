/** Addresses for others, one by one or by networks; addresses are bytes in network order, 4 or 16 of them. */
import { formatAddress, parseAddress } from '../../codec/address.ts';
import { wishOf, type Wish } from '../edit.ts';
import { listed, pairOf, wrong } from '../pair.ts';

const FORM = 'OLD=NEW, two addresses of one family, or two networks such as 10.0.0.0/24 of one length,';
const MAPPED = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
/** Addresses that are kept to be told. */
const MOST_SEEN = 1000;

interface Rule {
  readonly wish: Wish;
  readonly from: Buffer;
  readonly to: Buffer;
  /** Bits that all addresses of the network have in common. */
  readonly bits: number;
}

export class AddressMap {
  readonly wishes: readonly Wish[];
  readonly #rules: readonly Rule[];
  readonly #seen = new Set<string>();

  constructor(values: readonly string[]) {
    const rules = values.map(ruleOf);
    this.wishes = rules.map(({ wish }) => wish);
    this.#rules = rules.sort((a, b) => b.bits - a.bits);
  }

  /** The address in the place of another; undefined where that stays. */
  map(address: Buffer): Buffer | undefined {
    if (address.length === 16 && address.subarray(0, 12).equals(MAPPED)) {
      const inner = this.map(address.subarray(12));
      if (inner) return Buffer.concat([MAPPED, inner]);
    }
    if (this.#seen.size < MOST_SEEN) this.#seen.add(addressText(address));
    const rule = this.#rules.find(({ from, bits }) => from.length === address.length && isIn(address, from, bits));
    if (!rule) return undefined;
    rule.wish.isMet = true;
    return Buffer.from(
      address.map((byte, i) => {
        const mask = maskAt(i, rule.bits);
        return ((rule.to[i] ?? 0) & mask) | (byte & ~mask & 255);
      }),
    );
  }

  /** What there was. */
  seen(): string {
    const known = [...this.#seen].filter((text) => text !== '0.0.0.0' && text !== '::').sort();
    return known.length > 0 ? `no such address; there is ${listed(known)}` : 'there is no address';
  }
}

/** An address as text. */
export function addressText(address: Buffer): string {
  return formatAddress(wordsOf(address));
}

/** An address as a line holds it. */
export function wordsOf(address: Buffer): number[] {
  return Array.from({ length: address.length / 4 }, (_, i) => address.readUInt32LE(i * 4));
}

/** The bytes of an address in a line; undefined where they are not those of an address. */
export function addressBytes(words: unknown, isShort: boolean): Buffer | undefined {
  if (!Array.isArray(words)) return undefined;
  const numbers = words.filter((word) => typeof word === 'number').slice(0, isShort ? 1 : 4);
  if (numbers.length !== (isShort ? 1 : 4)) return undefined;
  const bytes = Buffer.alloc(numbers.length * 4);
  for (const [i, word] of numbers.entries()) bytes.writeUInt32LE(word, i * 4);
  return bytes;
}

function ruleOf(value: string): Rule {
  const [from, to] = pairOf('address', value, FORM).map(networkOf);
  if (!from || !to || from.bytes.length !== to.bytes.length || from.bits !== to.bits)
    throw wrong('address', value, FORM);
  for (const { bytes, bits } of [from, to])
    if (bytes.some((byte, i) => (byte & ~maskAt(i, bits) & 255) !== 0)) throw wrong('address', value, FORM);
  return { wish: wishOf('address', value), from: from.bytes, to: to.bytes, bits: from.bits };
}

/** The bytes of an address as text; undefined where it is none. */
export function addressOf(text: string): Buffer | undefined {
  const words = parseAddress(text);
  if (!words) return undefined;
  const bytes = Buffer.alloc(words.length * 4);
  for (const [i, word] of words.entries()) bytes.writeUInt32LE(word, i * 4);
  return bytes;
}

function networkOf(text: string): { bytes: Buffer; bits: number } | undefined {
  const [address = '', length, more] = text.split('/');
  const bytes = addressOf(address);
  if (!bytes || more !== undefined) return undefined;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  return /^\d{1,3}$/.test(length ?? '0') && bits > 0 && bits <= bytes.length * 8 ? { bytes, bits } : undefined;
}

function isIn(address: Buffer, network: Buffer, bits: number): boolean {
  return address.every((byte, i) => ((byte ^ (network[i] ?? 0)) & maskAt(i, bits)) === 0);
}

/** Which bits of a byte belong to a network. */
function maskAt(byte: number, bits: number): number {
  const own = Math.min(8, Math.max(0, bits - byte * 8));
  return (0xff << (8 - own)) & 255;
}
