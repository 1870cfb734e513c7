/** Ports that others have. CRIU lets each socket share its port (SO_REUSEADDR, SO_REUSEPORT); the other one must do so, too. */
import { formatAddress } from '../../codec/address.ts';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';
import { collides, listeners, udpSockets, type Bound } from './network.ts';

const TCP = 6;
const UDP = 17;
const LISTEN = 10;
const CLOSE = 7;

export function* findPorts({ files }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const taken = new Map<number, readonly Bound[]>([
    [TCP, listeners(host)],
    [UDP, udpSockets(host)],
  ]);
  for (const id of files.idsOf(new Set([FD_TYPES.INETSK]))) {
    const socket = files.entry(id)?.isk;
    if (!socket || socket.src_port === 0) continue;
    const { proto, state, src_port: port, src_addr: words = [], opts } = socket;
    // A connection of TCP is put where it was without a look at the port.
    if (proto === TCP && state !== LISTEN && state !== CLOSE) continue;
    const address = formatAddress(words.slice(0, words.length >= 4 ? 4 : 1));
    const others = (taken.get(proto) ?? []).filter((other) => other.port === port);
    const found = others.map((other) => collides(address, other.address));
    if (!found.some((each) => each !== 'no')) continue;
    const isSure = proto === TCP && opts.so_reuseport !== true && found.includes('yes');
    const name = proto === TCP ? 'tcp' : 'udp';
    yield {
      severity: isSure ? 'error' : 'warning',
      kind: 'port',
      image: 'files.img',
      id,
      message: `${address} port ${port} of ${name} is ${isSure ? 'listened on already' : 'taken, and free for CRIU only where it is shared'}`,
      there: port,
      criu: `Can't bind inet socket (id ${id})`,
      mend: `end what has it, or crit-edit --port ${name}:${port}:OTHER`,
    };
  }
}
