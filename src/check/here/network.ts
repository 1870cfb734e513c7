/** What /proc/net tells of this host. */
import { formatAddress } from '../../codec/address.ts';
import type { Host } from '../host.ts';

/** An address and a port that a socket of this host has. */
export interface Bound {
  readonly address: string;
  readonly port: number;
}

const LISTEN = '0A';

/** What listens on TCP ports. */
export function listeners(host: Host): Bound[] {
  return [...boundIn(host.procText('net/tcp'), LISTEN), ...boundIn(host.procText('net/tcp6'), LISTEN)];
}

/** UDP sockets, which all hold their ports. */
export function udpSockets(host: Host): Bound[] {
  return [...boundIn(host.procText('net/udp')), ...boundIn(host.procText('net/udp6'))];
}

function* boundIn(text: string, state?: string): Generator<Bound, void, undefined> {
  for (const line of text.split('\n')) {
    const match = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ ([0-9A-F]{2}) /.exec(line);
    if (!match || (state !== undefined && match[3] !== state)) continue;
    const [, digits = '', port = ''] = match;
    const words = (digits.match(/.{8}/g) ?? []).map((word) => parseInt(word, 16));
    yield { address: formatAddress(words), port: parseInt(port, 16) };
  }
}

/**
 * Whether two sockets of the same port collide: one of them has all addresses of a family, or both have the same. `::` has those
 * of IPv4, too, unless its program asked for IPv6 alone, which nothing tells here.
 */
export function collides(one: string, other: string): 'yes' | 'maybe' | 'no' {
  if (one === other) return 'yes';
  const isSame = one.includes(':') === other.includes(':');
  const isAny = [one, other].some((address) => address === '0.0.0.0' || address === '::');
  if (isSame) return isAny ? 'yes' : 'no';
  return [one, other].includes('::') ? 'maybe' : 'no';
}
