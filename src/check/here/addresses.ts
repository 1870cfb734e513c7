/** Addresses of sockets that no device of this host has. */
import { formatAddress } from '../../codec/address.ts';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

export function* findAddresses({ files }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const isLocal = localAddresses(host.procText('net/fib_trie'));
  if (!isLocal || host.procText('sys/net/ipv4/ip_nonlocal_bind').trim() === '1') return;
  for (const id of files.idsOf(new Set([FD_TYPES.INETSK]))) {
    const socket = files.entry(id)?.isk;
    // CRIU binds IPv6 with IP_FREEBIND, which takes any address; groups of multicast need no device.
    if (!socket || socket.src_port === 0 || socket.src_addr?.length !== 1) continue;
    const address = formatAddress(socket.src_addr);
    if (isUsable(address, isLocal)) continue;
    yield {
      severity: 'error',
      kind: 'address',
      image: 'files.img',
      id,
      message: `no device has the address ${address} of a socket on port ${socket.src_port}`,
      there: address,
      criu: `Can't bind inet socket (id ${id})`,
      mend: `crit-edit --address ${address}=OTHER`,
    };
  }
}

function isUsable(address: string, isLocal: ReadonlySet<string>): boolean {
  const first = Number(address.split('.')[0]);
  return first === 0 || first === 127 || first >= 224 || isLocal.has(address);
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
