/** The networks that a checkpoint has of its own: those of its network namespaces. */
import { closeSync } from 'node:fs';
import type { ImageDirectory } from '../../checkpoint/image-directory.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { textOf } from '../../checkpoint/text.ts';
import { CritError, isFault, placed } from '../../error.ts';
import { openImage } from '../../files/read-entries.ts';
import { readFully } from '../../files/read-fully.ts';
import type { NetDeviceEntry } from '../../schema/generated/messages.ts';
import type { Unusual } from '../unusual.ts';
import { addressesIn, routesIn, rulesIn, type Hop, type Route, type Rule } from './dumps.ts';

export interface Device {
  readonly name: string;
  /** As CRIU calls it: LOOPBACK, VETH, BRIDGE, .. */
  readonly kind: string;
  readonly index: number;
  readonly mtu: number;
  readonly isUp: boolean;
  readonly hardwareAddress?: string;
  /** The bridge that it belongs to. */
  readonly master?: string;
  /** Such as `192.0.2.1/24`, and of a link between two `192.0.2.1 peer 192.0.2.2/32`. */
  readonly addresses: readonly string[];
}

export interface NamedHop extends Omit<Hop, 'index'> {
  /** The device. */
  readonly device?: string;
}

export interface Network {
  /** Of its namespace. */
  readonly id: number;
  readonly devices: readonly Device[];
  readonly routes: readonly (Omit<Route, 'hops'> & { readonly hops: readonly NamedHop[] })[];
  readonly rules: readonly Rule[];
  /** What has rules of its own: iptables, ip6tables, nftables. */
  readonly firewalls: readonly string[];
  /** Routes, addresses and rules that are not told, since there are too many. */
  readonly leftOut: number;
}

/** Bytes of a dump that is read. */
const SIZE_LIMIT = 8 * 1024 * 1024;
/** Addresses, routes and rules of each dump that are told. */
const MOST = 10_000;
const UP = 0x1;
/** Longer ones no hardware has. */
const ADDRESS_LIMIT = 32;

/** All of them by id, and what of them cannot be read. */
export function readNetworks(images: ImageDirectory): { networks: Network[]; unusual: Unusual[] } {
  const unusual: Unusual[] = [];
  const ids = images.names.flatMap((name) => /^netdev-(\d+)\.img$/.exec(name)?.[1] ?? []);
  const networks = ids
    .map(Number)
    .sort((a, b) => a - b)
    .map((id) => new Reader(images, id, unusual).read());
  return { networks, unusual };
}

class Reader {
  readonly #images: ImageDirectory;
  readonly #id: number;
  readonly #unusual: Unusual[];
  readonly #names = new Map<number, string>();
  #leftOut = 0;

  constructor(images: ImageDirectory, id: number, unusual: Unusual[]) {
    this.#images = images;
    this.#id = id;
    this.#unusual = unusual;
  }

  read(): Network {
    const entries = ifReadable(() => [...this.#images.entries(`netdev-${this.#id}.img`, 'NETDEV')]) ?? [];
    for (const { ifindex, name } of entries) this.#names.set(ifindex, textOf(name));
    const addresses = new Map<number, string[]>();
    for (const { index, address, peer } of this.#dump('ifaddr', addressesIn)) {
      const text = peer === undefined ? address : `${address} peer ${peer}`;
      const known = addresses.get(index);
      if (known) known.push(text);
      else addresses.set(index, [text]);
    }
    const routes = [...this.#dump('route', routesIn), ...this.#dump('route6', routesIn)];
    const rules = this.#dump('rule', rulesIn);
    return {
      id: this.#id,
      devices: entries.map((entry) => this.#device(entry, addresses.get(entry.ifindex) ?? [])),
      routes: routes.map((route) => ({ ...route, hops: route.hops.map((hop) => this.#named(hop)) })),
      rules,
      firewalls: ['iptables', 'ip6tables', 'nftables'].filter(
        (kind) => (this.#images.size(`${kind}-${this.#id}.img`) ?? 0) > 0,
      ),
      leftOut: this.#leftOut,
    };
  }

  #device({ type, ifindex, mtu, flags, name, address, master }: NetDeviceEntry, addresses: string[]): Device {
    const hardware = Buffer.from(address ?? '', 'base64').subarray(0, ADDRESS_LIMIT);
    return {
      name: textOf(name),
      kind: String(type),
      index: ifindex,
      mtu,
      isUp: (flags & UP) !== 0,
      ...(hardware.some((byte) => byte !== 0) && {
        hardwareAddress: hardware.toString('hex').replace(/..(?=.)/g, '$&:'),
      }),
      ...(master !== undefined && master !== 0 && { master: this.#nameOf(master) }),
      addresses,
    };
  }

  #named({ via, index }: Hop): NamedHop {
    return { ...(via !== undefined && { via }), ...(index !== undefined && { device: this.#nameOf(index) }) };
  }

  #nameOf(index: number): string {
    return this.#names.get(index) ?? `device ${index}`;
  }

  /** What stands in a dump, as far as it can be read. */
  #dump<T>(kind: string, parse: (bytes: Buffer) => Iterable<T>): T[] {
    const image = `${kind}-${this.#id}.img`;
    const found: T[] = [];
    try {
      const bytes = this.#bytesOf(image);
      if (!bytes) return found;
      for (const each of parse(bytes)) {
        if (found.length < MOST) found.push(each);
        else this.#leftOut++;
      }
    } catch (error) {
      const failure = placed(error, { image });
      if (!(failure instanceof CritError) || isFault(failure)) throw failure;
      this.#unusual.push({ kind: 'damaged', image, message: failure.message });
    }
    return found;
  }

  /** Undefined where it is not there. */
  #bytesOf(image: string): Buffer | undefined {
    const size = this.#images.size(image);
    if (size === undefined) return undefined;
    if (size > SIZE_LIMIT) throw new CritError('limit', `more than the ${SIZE_LIMIT >> 20} MiB that are looked at`);
    const fd = openImage(this.#images.pathOf(image), image);
    try {
      return readFully(fd, 0, size);
    } finally {
      closeSync(fd);
    }
  }
}
