/**
 * Addresses in netns-ct-N.img and netns-exp-N.img: tracked connections, and those that are expected, as netlink messages of the
 * kernel one after another. Source: Linux's nfnetlink_conntrack.h.
 */
import { CritError } from '../../error.ts';

type Replace = (address: Buffer, name: string) => Buffer | undefined;

/** Length, type, flags, sequence number and port of a message, and behind it family, version and resource. */
const HEADER = 16 + 4;
const ATTRIBUTE_HEADER = 4;
/** The type without the bits that say how the value is written. */
const TYPE = 0x3fff;

/** Attributes by their numbers: a name is an address, an object has attributes of its own. */
interface Attributes {
  readonly [type: number]: string | Attributes;
}

const TUPLE: Attributes = { 1: { 1: 'CTA_IP_V4_SRC', 2: 'CTA_IP_V4_DST', 3: 'CTA_IP_V6_SRC', 4: 'CTA_IP_V6_DST' } };
const NAT: Attributes = { 1: 'CTA_NAT_V4_MINIP', 2: 'CTA_NAT_V4_MAXIP', 4: 'CTA_NAT_V6_MINIP', 5: 'CTA_NAT_V6_MAXIP' };
/** Both directions, translations of source and destination, and the connection that it belongs to. */
const CONNECTION: Attributes = { 1: TUPLE, 2: TUPLE, 6: NAT, 13: NAT, 14: TUPLE };
/** The connection that it belongs to, and what is expected; masks are no addresses. */
const EXPECTED: Attributes = { 1: TUPLE, 2: TUPLE, 10: { 2: TUPLE } };

export function isConntrackImage(image: string): boolean {
  return /(?:^|\/)netns-(?:ct|exp)-\d+\.img$/.test(image);
}

/** Replaces addresses in its own bytes. Throws a CritError where they are no such messages. */
export function replaceInConnections(image: string, bytes: Buffer, replace: Replace): void {
  const known = image.includes('netns-exp-') ? EXPECTED : CONNECTION;
  for (let at = 0; at < bytes.length;) {
    const length = at + HEADER <= bytes.length ? bytes.readUInt32LE(at) : 0;
    if (length < HEADER || at + length > bytes.length) throw broken(at);
    inAttributes(bytes, at + HEADER, at + length, known, replace);
    at += length;
  }
}

function inAttributes(bytes: Buffer, from: number, end: number, known: Attributes, replace: Replace): void {
  for (let at = from; at + ATTRIBUTE_HEADER <= end;) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER || at + length > end) throw broken(at);
    const meaning = known[bytes.readUInt16LE(at + 2) & TYPE];
    const value = bytes.subarray(at + ATTRIBUTE_HEADER, at + length);
    if (typeof meaning === 'object') inAttributes(bytes, at + ATTRIBUTE_HEADER, at + length, meaning, replace);
    else if (meaning !== undefined && (value.length === 4 || value.length === 16)) {
      const other = replace(Buffer.from(value), meaning);
      if (other?.length === value.length) other.copy(value);
    }
    at += (length + 3) & ~3;
  }
}

function broken(offset: number): CritError {
  return new CritError('format', 'not a dump of tracked connections', { offset });
}
