/** Addresses in netlink messages, as the kernel gave them out; each is replaced in its place by one of the same length. */
import { netlinkAttributes, netlinkMessages, netlinkNexthops } from '../../codec/netlink.ts';
import { MULTIPATH, NETLINK_IMAGES, NETLINK_MESSAGES, type NetlinkMessage } from '../presets.ts';

/** Called for each address with the name of its attribute, and gives what is put there. */
export type Replace = (address: Buffer, name: string, message: string) => Buffer | undefined;

export function isNetlinkImage(image: string): boolean {
  const kind = /(?:^|\/)([a-z0-9]+)-\d+\.img$/.exec(image)?.[1];
  return kind !== undefined && NETLINK_IMAGES.includes(kind);
}

/** Replaces addresses in a dump, in its own bytes. Throws a CritError where it is none. */
export function replaceAddresses(bytes: Buffer, replace: Replace): void {
  for (const { type, from, end } of netlinkMessages(bytes)) {
    const known = NETLINK_MESSAGES[type];
    if (known) replaceIn(bytes, from + known.header, end, known, replace);
  }
}

function replaceIn(bytes: Buffer, from: number, end: number, message: NetlinkMessage, replace: Replace): void {
  for (const attribute of netlinkAttributes(bytes, from, end)) {
    const value = bytes.subarray(attribute.from, attribute.end);
    const name = message.addresses[attribute.type];
    if (name !== undefined && (value.length === 4 || value.length === 16)) {
      const other = replace(Buffer.from(value), name, message.name);
      if (other?.length === value.length) other.copy(value);
    } else if (attribute.type === MULTIPATH.attribute && message === NETLINK_MESSAGES[MULTIPATH.message]) {
      for (const hop of netlinkNexthops(bytes, attribute.from, attribute.end))
        replaceIn(bytes, hop.from, hop.end, message, replace);
    }
  }
}
