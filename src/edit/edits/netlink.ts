/** Addresses in netlink messages, as the kernel gave them out; each is replaced in its place by one of the same length. */
import { CritError } from '../../error.ts';
import { NETLINK_IMAGES, NETLINK_MESSAGES, NEXTHOPS, type NetlinkMessage } from '../presets.ts';

/** Bytes in front of the messages that say what is dumped. */
const MAGIC_SIZE = 4;
/** Length, type, flags, sequence number and port of a message. */
const MESSAGE_HEADER = 16;
/** Length and type of an attribute. */
const ATTRIBUTE_HEADER = 4;

/** Called for each address with the name of its attribute, and gives what is put there. */
export type Replace = (address: Buffer, name: string, message: string) => Buffer | undefined;

export function isNetlinkImage(image: string): boolean {
  const kind = /(?:^|\/)([a-z0-9]+)-\d+\.img$/.exec(image)?.[1];
  return kind !== undefined && NETLINK_IMAGES.includes(kind);
}

/** Replaces addresses in a dump, in its own bytes. Throws a CritError where it is none. */
export function replaceAddresses(bytes: Buffer, replace: Replace): void {
  let at = MAGIC_SIZE;
  while (at < bytes.length) {
    if (at + MESSAGE_HEADER > bytes.length) throw broken(at);
    const length = bytes.readUInt32LE(at);
    if (length < MESSAGE_HEADER || at + length > bytes.length) throw broken(at);
    const known = NETLINK_MESSAGES[bytes.readUInt16LE(at + 4)];
    if (known) {
      if (MESSAGE_HEADER + known.header > length) throw broken(at);
      attributes(bytes, at + MESSAGE_HEADER + known.header, at + length, known, replace);
    }
    at += aligned(length);
  }
}

function attributes(bytes: Buffer, from: number, end: number, message: NetlinkMessage, replace: Replace): void {
  for (let at = from; at + ATTRIBUTE_HEADER <= end;) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER || at + length > end) throw broken(at);
    // The two upper bits say how the value is written.
    const type = bytes.readUInt16LE(at + 2) & 0x3fff;
    const value = bytes.subarray(at + ATTRIBUTE_HEADER, at + length);
    const name = message.addresses[type];
    if (name !== undefined && (value.length === 4 || value.length === 16)) {
      const other = replace(Buffer.from(value), name, message.name);
      if (other?.length === value.length) other.copy(value);
    } else if (type === NEXTHOPS.attribute && message === NETLINK_MESSAGES[NEXTHOPS.message]) {
      nexthops(bytes, at + ATTRIBUTE_HEADER, at + length, message, replace);
    }
    at += aligned(length);
  }
}

function nexthops(bytes: Buffer, from: number, end: number, message: NetlinkMessage, replace: Replace): void {
  for (let at = from; at + NEXTHOPS.header <= end;) {
    const length = bytes.readUInt16LE(at);
    if (length < NEXTHOPS.header || at + length > end) throw broken(at);
    attributes(bytes, at + NEXTHOPS.header, at + length, message, replace);
    at += aligned(length);
  }
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}

function broken(offset: number): CritError {
  return new CritError('format', 'not a dump of netlink messages', { offset });
}
