/** Connections of TCP, which CRIU restores when it is told so. */
import { formatAddress } from '../../codec/address.ts';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { FD_TYPES } from '../../checkpoint/old-files.ts';
import type { Finding } from '../finding.ts';

const TCP = 6;
const LISTEN = 10;
const CLOSE = 7;

export function* findConnections({ files }: Checkpoint): Generator<Finding, void, undefined> {
  for (const id of files.idsOf(new Set([FD_TYPES.INETSK]))) {
    const socket = files.entry(id)?.isk;
    if (socket?.proto !== TCP || socket.state === LISTEN || socket.state === CLOSE) continue;
    const { src_addr: words = [], src_port: port } = socket;
    const address = words.length === 1 || words.length === 4 ? `${formatAddress(words)} ` : '';
    yield {
      severity: 'note',
      kind: 'connection',
      image: 'files.img',
      id,
      message: `a connection of ${address}port ${port}`,
      criu: 'Connected TCP socket in image',
      mend: 'criu restore --tcp-established, or crit-edit --close-tcp',
    };
  }
}
