import { formatAddress } from '../codec/address.ts';
import { dictName } from '../schema/display.ts';
import type {
  FileEntry,
  InetSkEntry,
  NetlinkSkEntry,
  PacketSockEntry,
  UnixSkEntry,
} from '../schema/generated/messages.ts';
import { unixName } from './file-name.ts';

/** A socket. Names are those of the `sk` tables of --pretty; a number that has none is itself. */
export interface Socket {
  readonly family: string;
  readonly type: string;
  readonly protocol: string;
  readonly state: string;
  /** Address and port, path, or number; empty where it has none. */
  readonly local: string;
  readonly peer: string;
  /** SO_SNDBUF and SO_RCVBUF, in bytes. */
  readonly sndbuf: number;
  readonly rcvbuf: number;
}

const FAMILIES = { unix: 1, netlink: 16, packet: 17 };
/** RAW, which is the only type that netlink sockets are restored as. */
const RAW = 3;
/** From linux/netlink.h. */
const NETLINK_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [0, 'ROUTE'],
  [4, 'SOCK_DIAG'],
  [6, 'XFRM'],
  [9, 'AUDIT'],
  [12, 'NETFILTER'],
  [15, 'KOBJECT_UEVENT'],
  [16, 'GENERIC'],
]);

/** Bits of uflags: connected to a program outside of the checkpoint, or given by the one who restores. */
const FROM_OUTSIDE = 0x1 | 0x8;

/** Whether the other end of a unix socket, or the socket itself, is taken from outside. */
export function isFromOutside({ uflags }: UnixSkEntry): boolean {
  return (uflags & FROM_OUTSIDE) !== 0;
}

/** The socket that an open file is; undefined for everything else. */
export function socketOf({ isk, usk, nlsk, psk }: FileEntry): Socket | undefined {
  return isk
    ? inetSocket(isk)
    : usk
      ? unixSocket(usk)
      : nlsk
        ? netlinkSocket(nlsk)
        : psk
          ? packetSocket(psk)
          : undefined;
}

function inetSocket(socket: InetSkEntry): Socket {
  const { family, type, proto, state, src_addr = [], src_port, dst_addr = [], dst_port, opts } = socket;
  return {
    family: named('family', family),
    type: named('type', type),
    protocol: named('proto', proto),
    state: named('state', state),
    local: endpoint(src_addr, src_port),
    peer: endpoint(dst_addr, dst_port),
    sndbuf: opts.so_sndbuf,
    rcvbuf: opts.so_rcvbuf,
  };
}

function unixSocket(socket: UnixSkEntry): Socket {
  const { type, state, peer, opts } = socket;
  return {
    family: named('family', FAMILIES.unix),
    type: named('type', type),
    protocol: '0',
    state: named('state', state),
    local: `${socket.ino}${socket.name === '' ? '' : ` ${unixName(socket.name)}`}`,
    peer: peer === 0 ? '' : String(peer),
    sndbuf: opts.so_sndbuf,
    rcvbuf: opts.so_rcvbuf,
  };
}

function netlinkSocket({ protocol, state, portid, dst_portid, opts }: NetlinkSkEntry): Socket {
  return {
    family: named('family', FAMILIES.netlink),
    type: named('type', RAW),
    protocol: NETLINK_PROTOCOLS.get(protocol) ?? String(protocol),
    state: named('state', state),
    local: portid === 0 ? '' : String(portid),
    peer: dst_portid === 0 ? '' : String(dst_portid),
    sndbuf: opts.so_sndbuf,
    rcvbuf: opts.so_rcvbuf,
  };
}

function packetSocket({ type, protocol, ifindex, opts }: PacketSockEntry): Socket {
  return {
    family: named('family', FAMILIES.packet),
    type: named('type', type),
    // In network byte order, as in packet(7).
    protocol: `0x${(((protocol & 0xff) << 8) | ((protocol >>> 8) & 0xff)).toString(16).padStart(4, '0')}`,
    state: '',
    local: ifindex === 0 ? '' : `interface ${ifindex}`,
    peer: '',
    sndbuf: opts.so_sndbuf,
    rcvbuf: opts.so_rcvbuf,
  };
}

function named(field: string, value: number): string {
  return dictName('sk', field, value) ?? String(value);
}

/** `1.2.3.4:80`, `[::1]:80`, or nothing for a socket that has neither. */
function endpoint(words: readonly number[], port: number): string {
  const isAny = words.every((word) => word === 0);
  if (isAny && port === 0) return '';
  if (words.length !== 1 && words.length !== 4) return `?:${port}`;
  const address = formatAddress(words);
  return words.length === 4 ? `[${address}]:${port}` : `${address}:${port}`;
}
