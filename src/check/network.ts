/** Addresses that this host does not have, and ports that others listen on. */
import { formatAddress } from '../codec/address.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../checkpoint/old-files.ts';
import { ifReadable } from '../checkpoint/if-readable.ts';
import type { Finding } from './finding.ts';
import type { Host } from './host.ts';

const TCP = 6;
const LISTEN = 10;
const ESTABLISHED = 1;

export function* findNetwork({ files }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const listeners = new Set([...listenersOf(host.procText('net/tcp')), ...listenersOf(host.procText('net/tcp6'))]);
  const isLocal = localAddresses(host.procText('net/fib_trie'));
  const anywhere = host.procText('sys/net/ipv4/ip_nonlocal_bind').trim() === '1';
  for (const id of files.idsOf(new Set([FD_TYPES.INETSK]))) {
    const socket = ifReadable(() => files.entry(id)?.isk);
    if (!socket || socket.src_port === 0) continue;
    const { src_addr: words = [], src_port: port, proto, state } = socket;
    const address = words.length === 1 || words.length === 4 ? formatAddress(words) : '';
    const of = { image: 'files.img', id };
    // CRIU binds IPv6 with IP_FREEBIND; groups of multicast need no device.
    if (words.length === 1 && !anywhere && isLocal && !isUsable(address, isLocal)) {
      yield {
        ...of,
        severity: 'error',
        kind: 'address',
        message: `no device has the address ${address} of a socket on port ${port}`,
        there: address,
        criu: "Can't bind inet socket",
        mend: `crit-edit --address ${address}=OTHER`,
      };
    }
    if (proto === TCP && state === LISTEN && listeners.has(`${address} ${port}`)) {
      yield {
        ...of,
        severity: 'error',
        kind: 'port',
        message: `${address} port ${port} of tcp is listened on already`,
        there: port,
        criu: "Can't bind inet socket",
        mend: `crit-edit --port tcp:${port}:OTHER`,
      };
    }
    if (proto === TCP && state === ESTABLISHED) {
      yield {
        ...of,
        severity: 'note',
        kind: 'connection',
        message: `a connection of ${address} port ${port}`,
        mend: 'criu restore --tcp-established, or crit-edit --close-tcp',
      };
    }
  }
}

function isUsable(address: string, isLocal: ReadonlySet<string>): boolean {
  const first = Number(address.split('.')[0]);
  return first === 0 || first === 127 || first >= 224 || isLocal.has(address);
}

/** `ADDRESS PORT` of all that listen, as /proc/net/tcp and tcp6 have them; ports shared by SO_REUSEPORT cannot be told. */
function* listenersOf(text: string): Generator<string, void, undefined> {
  for (const line of text.split('\n')) {
    const match = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ 0A /.exec(line);
    if (!match) continue;
    const [, digits = '', port = ''] = match;
    const words = (digits.match(/.{8}/g) ?? []).map((word) => parseInt(word, 16));
    yield `${formatAddress(words)} ${parseInt(port, 16)}`;
  }
}

/** The addresses that the routing tables call local, or broadcasts of a device; undefined where they cannot be read. */
function localAddresses(trie: string): ReadonlySet<string> | undefined {
  if (trie === '') return undefined;
  const found = new Set<string>();
  for (const [, address = ''] of trie.matchAll(
    /\|-- (\S+)\n(?:\s+\/32 .*\n)*?\s+\/32 (?:host LOCAL|link BROADCAST)/g,
  )) {
    found.add(address);
  }
  return found;
}
