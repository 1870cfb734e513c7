/** --port [tcp:|udp:]A:B: bound ports, and the far ends of connections where those are in the checkpoint. */
import { CritError } from '../../error.ts';
import { wishOf, type Edit, type Spot, type Wish } from '../edit.ts';
import { integerOf, listed, wrong } from '../pair.ts';
import { addressText, wordsOf } from './address-words.ts';

export const TCP = 6;
const UDP = [17, 136];
export const LISTEN = 10;
/** Sockets that are remembered for one port. */
const MOST_BOUND = 1000;
const FORM = '[tcp:|udp:]OLD:NEW';

interface Rule {
  readonly wish: Wish;
  readonly protocol: string | undefined;
  readonly from: number;
  readonly to: number;
}

interface Ends {
  readonly protocol: string;
  readonly ns: unknown;
  readonly source: string;
  readonly target: string;
  readonly sourcePort: number;
  readonly targetPort: number;
}

export function portEdit(values: readonly string[]): Edit {
  const rules = values.map(ruleOf);
  /** Connections as `source:port>target:port`, with their protocol. */
  const connections = new Set<string>();
  const bound = new Map<string, Ends[]>();
  const sources = new Set<string>();
  const ports = new Map<string, Set<number>>();
  const moves = (protocol: string, port: number): Rule | undefined =>
    rules.find((rule) => rule.from === port && (rule.protocol ?? protocol) === protocol);

  const learn = (spot: Spot): void => {
    const ends = endsOf(spot);
    if (!ends) return;
    const { protocol, source, sourcePort, targetPort } = ends;
    sources.add(source);
    if (sourcePort === 0) return;
    if (targetPort !== 0) connections.add(connection(ends));
    else {
      const known = bound.get(`${protocol} ${sourcePort}`) ?? [];
      bound.set(`${protocol} ${sourcePort}`, known);
      if (known.length < MOST_BOUND) known.push(ends);
      const seen = ports.get(protocol) ?? new Set();
      ports.set(protocol, seen.add(sourcePort));
    }
  };

  /** Whether the far end of a socket is in the checkpoint. */
  const isInside = (ends: Ends): boolean => {
    const back = { ...ends, source: ends.target, target: ends.source };
    if (connections.has(connection({ ...back, sourcePort: ends.targetPort, targetPort: ends.sourcePort }))) return true;
    if (ends.protocol === 'tcp') return false;
    return (bound.get(`${ends.protocol} ${ends.targetPort}`) ?? []).some(
      ({ source }) => source === ends.target || (isAny(source) && sources.has(ends.target)),
    );
  };

  const visit = (spot: Spot): void => {
    const ends = endsOf(spot);
    if (!ends) return;
    const { protocol, sourcePort, targetPort } = ends;
    const source = sourcePort === 0 ? undefined : moves(protocol, sourcePort);
    const target = targetPort === 0 ? undefined : moves(protocol, targetPort);
    const inside = targetPort !== 0 && (source ?? target) !== undefined && isInside(ends);
    if (source) {
      if (protocol === 'tcp' && targetPort !== 0 && !inside) {
        throw new CritError(
          'value',
          `${source.wish.text}: a connection from ${ends.source}:${sourcePort} to ${ends.target}:${targetPort} has its other end outside, and cannot change its port: --close-tcp leaves connections out`,
        );
      }
      const taken = (bound.get(`${protocol} ${source.to}`) ?? []).find(
        (other) => other.ns === ends.ns && other.source === ends.source && !moves(protocol, source.to),
      );
      if (taken && targetPort === 0)
        throw new CritError('value', `${source.wish.text}: a socket has ${protocol} port ${source.to} already`);
      source.wish.isMet = true;
      spot.set('src_port', source.to);
    }
    if (target && inside) spot.set('dst_port', target.to);
  };

  return {
    option: 'port',
    wishes: rules.map(({ wish }) => wish),
    learn: { inet_sk_entry: learn },
    learns: 'image',
    visits: { inet_sk_entry: visit },
    // Where an engine publishes ports, those of the container; what the host has for them is the host's.
    values(path, value) {
      if (path.at(-1) !== 'container_port' || typeof value !== 'number') return undefined;
      return rules.find(({ from, protocol }) => from === value && protocol !== 'udp')?.to;
    },
    found(wish) {
      const rule = rules.find((each) => each.wish === wish);
      const known = [...ports].filter(([protocol]) => (rule?.protocol ?? protocol) === protocol);
      const these = known.flatMap(([protocol, all]) =>
        [...all].sort((a, b) => a - b).map((port) => (rule?.protocol === undefined ? `${protocol} ${port}` : port)),
      );
      const none = `no socket is bound to ${rule?.protocol ?? ''}${rule?.protocol ? ' ' : ''}port ${rule?.from ?? ''}`;
      return these.length > 0 ? `${none}; these are: ${listed(these)}` : `${none}, nor to any other`;
    },
  };
}

function ruleOf(value: string): Rule {
  const found = /^(?:(tcp|udp):)?(\d+):(\d+)$/.exec(value);
  if (!found) throw wrong('port', value, FORM);
  const [, protocol, from = '', to = ''] = found;
  return {
    wish: wishOf('port', value),
    protocol,
    from: integerOf('port', from, 1, 65535),
    to: integerOf('port', to, 1, 65535),
  };
}

function endsOf({ message }: Spot): Ends | undefined {
  const { proto, ns_id: ns, src_addr, dst_addr, src_port, dst_port } = message;
  const protocol = proto === TCP ? 'tcp' : UDP.some((number) => number === proto) ? 'udp' : undefined;
  if (protocol === undefined || typeof src_port !== 'number' || typeof dst_port !== 'number') return undefined;
  return {
    protocol,
    ns,
    source: addressText(wordsOf(src_addr)),
    target: addressText(wordsOf(dst_addr)),
    sourcePort: src_port,
    targetPort: dst_port,
  };
}

function connection({ protocol, source, sourcePort, target, targetPort }: Ends): string {
  return `${protocol} ${source}:${sourcePort}>${target}:${targetPort}`;
}

function isAny(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '';
}
