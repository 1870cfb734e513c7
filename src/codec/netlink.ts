/** Netlink messages as `ip address save`, `ip route save` and `ip rule save` write them. Source: Linux's netlink.h and rtnetlink.h. */
import { CritError } from '../error.ts';

/** Bytes in front of the messages that say what is dumped. */
const MAGIC_SIZE = 4;
/** Length, type, flags, sequence number and port of a message. */
const MESSAGE_HEADER = 16;
/** Length and type of an attribute. */
const ATTRIBUTE_HEADER = 4;
/** Length, flags, hops and device of a next hop. */
const NEXTHOP_HEADER = 8;

/** A message without its header, or the value of an attribute: where it stands. */
export interface NetlinkPart {
  readonly type: number;
  readonly from: number;
  readonly end: number;
}

/** The messages of a dump. Throws a CritError where it is none. */
export function* netlinkMessages(bytes: Buffer): Generator<NetlinkPart, void, undefined> {
  if (bytes.length < MAGIC_SIZE) throw broken(0);
  for (let at = MAGIC_SIZE; at < bytes.length;) {
    if (at + MESSAGE_HEADER > bytes.length) throw broken(at);
    const length = bytes.readUInt32LE(at);
    if (length < MESSAGE_HEADER || at + length > bytes.length) throw broken(at);
    yield { type: bytes.readUInt16LE(at + 4), from: at + MESSAGE_HEADER, end: at + length };
    at += aligned(length);
  }
}

/** The attributes between two places. Throws a CritError where one is longer than that. */
export function* netlinkAttributes(bytes: Buffer, from: number, end: number): Generator<NetlinkPart, void, undefined> {
  if (from > end) throw broken(end);
  for (let at = from; at + ATTRIBUTE_HEADER <= end;) {
    const length = bytes.readUInt16LE(at);
    if (length < ATTRIBUTE_HEADER || at + length > end) throw broken(at);
    // The two upper bits say how the value is written.
    yield { type: bytes.readUInt16LE(at + 2) & 0x3fff, from: at + ATTRIBUTE_HEADER, end: at + length };
    at += aligned(length);
  }
}

/** The next hops of a route (RTA_MULTIPATH): the type of each is the number of its device; attributes like those of its route follow. */
export function* netlinkNexthops(bytes: Buffer, from: number, end: number): Generator<NetlinkPart, void, undefined> {
  for (let at = from; at + NEXTHOP_HEADER <= end;) {
    const length = bytes.readUInt16LE(at);
    if (length < NEXTHOP_HEADER || at + length > end) throw broken(at);
    yield { type: bytes.readInt32LE(at + 4), from: at + NEXTHOP_HEADER, end: at + length };
    at += aligned(length);
  }
}

function aligned(length: number): number {
  return (length + 3) & ~3;
}

function broken(offset: number): CritError {
  return new CritError('format', 'not a dump of netlink messages', { offset });
}
