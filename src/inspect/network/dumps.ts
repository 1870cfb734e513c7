/** Addresses, routes and rules of a network namespace, from the netlink messages that CRIU has `ip` save. Source: Linux's rtnetlink.h. */
import { netlinkAttributes, netlinkMessages, netlinkNexthops } from '../../codec/netlink.ts';
import { formatAddress } from '../../codec/address.ts';
import { CritError } from '../../error.ts';

/** An address of a device, such as `192.0.2.1/24`. */
export interface Address {
  readonly index: number;
  readonly address: string;
  /** The other end of a link between two. */
  readonly peer?: string;
}

export interface Route {
  readonly family: Family;
  /** `default`, or an address with the length of its network. */
  readonly to: string;
  /** unicast, blackhole, .. */
  readonly kind: string;
  readonly source?: string;
  readonly metric?: number;
  readonly table: string;
  /** More than one where the route is shared out. */
  readonly hops: readonly Hop[];
}

export interface Hop {
  readonly via?: string;
  readonly index?: number;
}

export interface Rule {
  readonly family: Family;
  readonly priority: number;
  /** `all`, or an address with the length of its network. */
  readonly from: string;
  readonly to: string;
  readonly mark?: string;
  readonly devices?: readonly string[];
  /** `lookup main`, `blackhole`, .. */
  readonly action: string;
}

export type Family = 'IPv4' | 'IPv6';

const RTM_NEWADDR = 20;
const RTM_NEWROUTE = 24;
const RTM_NEWRULE = 32;
const INET = 2;
const INET6 = 10;

const TABLES: Readonly<Record<number, string>> = { 253: 'default', 254: 'main', 255: 'local' };
// prettier-ignore
const KINDS: readonly string[] = [
  'unspecified', 'unicast', 'local', 'broadcast', 'anycast', 'multicast', 'blackhole', 'unreachable', 'prohibit', 'throw', 'nat',
];
const LOOKUP = 1;
const GOTO = 2;
const ACTIONS: Readonly<Record<number, string>> = { 3: 'nop', 6: 'blackhole', 7: 'unreachable', 8: 'prohibit' };

/** The addresses of ifaddr-ID.img, in order. Throws a CritError where it is no such dump. */
export function* addressesIn(bytes: Buffer): Generator<Address, void, undefined> {
  for (const { type, from, end } of netlinkMessages(bytes)) {
    if (type !== RTM_NEWADDR || familyOf(bytes, from, end) === undefined) continue;
    const values = valuesOf(bytes, from + 8, end);
    // IFA_ADDRESS is the other end where there is IFA_LOCAL, too.
    const [address, local] = [values.get(1), values.get(2)];
    const own = local ?? address;
    if (!own) continue;
    const length = bytes.readUInt8(from + 1);
    const isLink = local !== undefined && address !== undefined && !local.equals(address);
    const text = addressText(own);
    yield {
      index: bytes.readUInt32LE(from + 4),
      address: isLink ? text : `${text}/${length}`,
      ...(isLink && { peer: `${addressText(address)}/${length}` }),
    };
  }
}

/** The routes of route-ID.img or route6-ID.img. */
export function* routesIn(bytes: Buffer): Generator<Route, void, undefined> {
  for (const { type, from, end } of netlinkMessages(bytes)) {
    const family = familyOf(bytes, from, end);
    if (type !== RTM_NEWROUTE || family === undefined) continue;
    const values = valuesOf(bytes, from + 12, end);
    const [to, source, metric] = [values.get(1), values.get(7), numberOf(values.get(6))];
    const several = values.get(9);
    yield {
      family,
      to: networkText(to, bytes.readUInt8(from + 1), 'default'),
      kind: KINDS[bytes.readUInt8(from + 7)] ?? String(bytes.readUInt8(from + 7)),
      ...(source && { source: addressText(source) }),
      ...(metric !== undefined && { metric }),
      table: tableOf(values.get(15), bytes.readUInt8(from + 4)),
      hops: several ? [...hopsIn(several)] : hopOf(values, numberOf(values.get(4))),
    };
  }
}

/** The rules of rule-ID.img. */
export function* rulesIn(bytes: Buffer): Generator<Rule, void, undefined> {
  for (const { type, from, end } of netlinkMessages(bytes)) {
    const family = familyOf(bytes, from, end);
    if (type !== RTM_NEWRULE || family === undefined) continue;
    const values = valuesOf(bytes, from + 12, end);
    const mark = numberOf(values.get(10));
    const devices = [values.get(3), values.get(17)].flatMap((name) => (name ? textIn(name) : []));
    const action = bytes.readUInt8(from + 7);
    const does =
      action === LOOKUP
        ? `lookup ${tableOf(values.get(15), bytes.readUInt8(from + 4))}`
        : action === GOTO
          ? `goto ${numberOf(values.get(4)) ?? 0}`
          : (ACTIONS[action] ?? String(action));
    yield {
      family,
      priority: numberOf(values.get(6)) ?? 0,
      from: networkText(values.get(2), bytes.readUInt8(from + 2), 'all'),
      to: networkText(values.get(1), bytes.readUInt8(from + 1), 'all'),
      ...(mark !== undefined && { mark: `0x${mark.toString(16)}` }),
      ...(devices.length > 0 && { devices }),
      action: does,
    };
  }
}

/** Undefined for families of which nothing is told. Each of these messages has 8 bytes before its attributes at least. */
function familyOf(bytes: Buffer, from: number, end: number): Family | undefined {
  if (end - from < 8) throw new CritError('format', 'not a dump of netlink messages', { offset: from });
  const family = bytes.readUInt8(from);
  return family === INET ? 'IPv4' : family === INET6 ? 'IPv6' : undefined;
}

function valuesOf(bytes: Buffer, from: number, end: number): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const part of netlinkAttributes(bytes, from, end)) found.set(part.type, bytes.subarray(part.from, part.end));
  return found;
}

function* hopsIn(bytes: Buffer): Generator<Hop, void, undefined> {
  for (const { type, from, end } of netlinkNexthops(bytes, 0, bytes.length)) {
    yield* hopOf(valuesOf(bytes, from, end), type);
  }
}

/** RTA_GATEWAY, or RTA_VIA for one of the other family. */
function hopOf(values: ReadonlyMap<number, Buffer>, index: number | undefined): Hop[] {
  const gateway = values.get(5) ?? values.get(18)?.subarray(2);
  if (!gateway && index === undefined) return [];
  return [{ ...(gateway && { via: addressText(gateway) }), ...(index !== undefined && { index }) }];
}

function tableOf(number: Buffer | undefined, short: number): string {
  const table = numberOf(number) ?? short;
  return TABLES[table] ?? String(table);
}

function numberOf(bytes: Buffer | undefined): number | undefined {
  return bytes && bytes.length >= 4 ? bytes.readUInt32LE(0) : undefined;
}

function networkText(address: Buffer | undefined, length: number, all: string): string {
  return address ? `${addressText(address)}/${length}` : all;
}

function addressText(bytes: Buffer): string {
  if (bytes.length !== 4 && bytes.length !== 16) return bytes.toString('hex');
  return formatAddress(Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4)));
}

function textIn(bytes: Buffer): string {
  return bytes.subarray(0, bytes.includes(0) ? bytes.indexOf(0) : bytes.length).toString('utf8');
}
