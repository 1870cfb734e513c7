/** What the processes have of a system around them, as rows of text: label and text. */
import { CAPABILITIES } from '../../../checkpoint/capabilities.ts';
import type { Network } from '../../../inspect/network/networks.ts';
import type { Cgroup, CgroupPlace } from '../../../inspect/system/cgroups.ts';
import type { Credentials, Ids } from '../../../inspect/system/credentials.ts';
import type { GpuDescription } from '../../../inspect/system/gpu.ts';
import type { External } from '../../../inspect/system/external.ts';
import type { Namespace } from '../../../inspect/system/namespaces.ts';
import { bytesText } from '../../io/bytes-text.ts';

export type TextRow = readonly [label: string, text: string];

/** Pids that are told one by one. */
const MOST_PIDS = 12;
/** Rules that every network has: local, main, default. */
const USUAL_RULES: ReadonlySet<number> = new Set([0, 32766, 32767]);

export function* credentialRows(all: readonly Credentials[]): Generator<TextRow, void, undefined> {
  for (const { pids, threads, user, group, groups, capabilities, noNewPrivileges, seccomp, ...rest } of all) {
    const { effective, permitted, bounding, inheritable, ambient } = capabilities;
    const filters = rest.seccompFilters > 1 ? ` (${rest.seccompFilters} filters)` : '';
    yield [
      'credentials',
      [
        `uid ${idsText(user)}`,
        `gid ${idsText(group)}`,
        groups.length === 0 ? '' : `groups ${groups.join(' ')}`,
        noNewPrivileges ? 'no new privileges' : '',
        seccomp === 'disabled' ? '' : `seccomp ${seccomp}${filters}`,
        rest.secureBits === 0 ? '' : `secure bits 0x${rest.secureBits.toString(16)}`,
        rest.profile === undefined ? '' : `profile ${rest.profile}`,
      ]
        .filter(Boolean)
        .join(', ') + ownersText(pids, threads),
    ];
    yield ['capabilities', capabilitiesText(effective)];
    const others: readonly (readonly [string, readonly string[]])[] = [
      ['permitted', permitted],
      ['bounding', bounding],
    ];
    for (const [name, set] of others) {
      if (set.join() !== effective.join()) yield ['', `${name}: ${capabilitiesText(set)}`];
    }
    if (inheritable.length > 0) yield ['', `inheritable: ${capabilitiesText(inheritable)}`];
    if (ambient.length > 0) yield ['', `ambient: ${capabilitiesText(ambient)}`];
  }
}

export function* namespaceRows(all: readonly Namespace[]): Generator<TextRow, void, undefined> {
  const ofHost = new Map<string, string[]>();
  for (const { kind, id, isHost, external, pids } of all) {
    if (isHost) {
      const owners = ownersText(pids);
      ofHost.set(owners, [...(ofHost.get(owners) ?? []), kind]);
    } else
      yield ['namespace', `${kind} ${id}${external === undefined ? '' : `, external: ${external}`}${ownersText(pids)}`];
  }
  for (const [owners, kinds] of ofHost) yield ['namespace', `${kinds.join(', ')} of the host${owners}`];
}

export function* cgroupRows(
  places: readonly CgroupPlace[],
  groups: readonly Cgroup[],
): Generator<TextRow, void, undefined> {
  for (const { pids, paths } of places) {
    const controllers = new Map<string, string[]>();
    for (const [name, path] of Object.entries(paths)) {
      const known = controllers.get(path);
      if (known) known.push(controllerText(name));
      else controllers.set(path, [controllerText(name)]);
    }
    for (const [path, names] of controllers) yield ['cgroup', `${path}  ${names.join(', ')}${ownersText(pids)}`];
  }
  const limitsOf = new Map<string, string[]>();
  for (const { path, limits } of groups) {
    const set = Object.entries(limits).map(([name, value]) => `${name} ${value.replaceAll('\n', ' | ')}`);
    if (set.length > 0) limitsOf.set(path, [...(limitsOf.get(path) ?? []), ...set]);
  }
  for (const [path, set] of limitsOf) yield ['cgroup limit', `${path}  ${set.join(', ')}`];
}

export function* networkRows(networks: readonly Network[]): Generator<TextRow, void, undefined> {
  for (const { id, devices, routes, rules, firewalls, leftOut } of networks) {
    const which = networks.length > 1 ? `${id}: ` : '';
    for (const { name, kind, isUp, mtu, hardwareAddress, master, addresses } of devices) {
      const facts = [kind.toLowerCase(), isUp ? 'up' : 'down', `mtu ${mtu}`, hardwareAddress, master && `in ${master}`];
      yield ['device', `${which}${name}  ${facts.filter(Boolean).join(', ')}`];
      for (const address of addresses) yield ['address', `${which}${address}  ${name}`];
    }
    for (const { to, kind, hops, source, metric, table } of routes) {
      const ways = hops.map(({ via, device }) => [via && `via ${via}`, device].filter(Boolean).join(' '));
      const facts = [
        kind === 'unicast' ? '' : kind,
        ways.join(' or '),
        source && `from ${source}`,
        metric === undefined ? '' : `metric ${metric}`,
        table === 'main' ? '' : `table ${table}`,
      ];
      yield ['route', `${which}${to}  ${facts.filter(Boolean).join(', ')}`];
    }
    for (const { priority, from, to, mark, devices: by = [], action } of rules) {
      if (USUAL_RULES.has(priority) && from === 'all' && to === 'all' && mark === undefined) continue;
      const facts = [`from ${from}`, to === 'all' ? '' : `to ${to}`, mark && `mark ${mark}`, by.join(' ')];
      yield ['rule', `${which}${priority}  ${facts.filter(Boolean).join(', ')}: ${action}`];
    }
    if (firewalls.length > 0) yield ['firewall', `${which}${firewalls.join(', ')}`];
    if (leftOut > 0) yield ['', `${which}${leftOut} more addresses, routes and rules`];
  }
}

export function* externalRows(all: readonly External[]): Generator<TextRow, void, undefined> {
  for (const { kind, name, key } of all)
    yield ['external', `${kind} ${name}${key === undefined || key === name ? '' : `  ${key}`}`];
}

/** `process 7, GPU 2a1b (16 GiB), 3 buffers of 12 MiB` */
export function gpuText({ pid, gpus, buffers, bufferBytes }: GpuDescription): string {
  const named = gpus.map(
    ({ id, memory }) => `GPU ${id.toString(16)}${memory === undefined ? '' : ` (${bytesText(Number(memory))})`}`,
  );
  const of = `${buffers} buffer${buffers === 1 ? '' : 's'} of ${bytesText(Number(bufferBytes))}`;
  return [pid === undefined ? '' : `process ${pid}`, ...named, of].filter(Boolean).join(', ');
}

function idsText({ real, effective, saved, fileSystem }: Ids): string {
  if (effective === real && saved === real && fileSystem === real) return String(real);
  return `${real} (effective ${effective}, saved ${saved}, file system ${fileSystem})`;
}

function capabilitiesText(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const lacking = CAPABILITIES.filter((name) => !names.includes(name));
  if (lacking.length === 0) return 'all';
  // Those that are named are the fewer ones.
  return lacking.length < names.length / 2 ? `all but ${lacking.join(' ')}` : names.join(' ');
}

function controllerText(name: string): string {
  return name === '' ? 'unified' : name;
}

function ownersText(pids: readonly number[], threads: readonly number[] = []): string {
  const parts = [listText('', pids), listText(threads.length === 1 ? 'thread ' : 'threads ', threads)].filter(Boolean);
  return parts.length === 0 ? '' : `  (${parts.join(', ')})`;
}

function listText(label: string, ids: readonly number[]): string {
  if (ids.length === 0) return '';
  const rest = ids.length - MOST_PIDS;
  return `${label}${ids.slice(0, MOST_PIDS).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
