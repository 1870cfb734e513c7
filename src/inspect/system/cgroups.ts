/** Control groups: who is where, and what limits there are. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { textOf } from '../../checkpoint/text.ts';
import type { CgroupDirEntry } from '../../schema/generated/messages.ts';

/** Places in all hierarchies, and the processes that are there. */
export interface CgroupPlace {
  readonly pids: readonly number[];
  /** By controller; the name of the unified hierarchy is empty. */
  readonly paths: Readonly<Record<string, string>>;
}

/** A group that was saved, and how it is limited. */
export interface Cgroup {
  readonly controllers: readonly string[];
  readonly path: string;
  /** Limits that are set, by the names of their files. */
  readonly limits: Readonly<Record<string, string>>;
}

/** What limits: files of both versions of cgroups. */
// prettier-ignore
const LIMITS: ReadonlySet<string> = new Set([
  'memory.max', 'memory.high', 'memory.low', 'memory.min', 'memory.swap.max', 'memory.limit_in_bytes', 'memory.soft_limit_in_bytes',
  'memory.memsw.limit_in_bytes', 'memory.kmem.limit_in_bytes', 'cpu.max', 'cpu.weight', 'cpu.shares', 'cpu.cfs_quota_us',
  'cpuset.cpus', 'cpuset.mems', 'pids.max', 'io.max', 'io.weight', 'blkio.weight', 'devices.list', 'hugetlb.2MB.max',
  'cgroup.max.depth', 'cgroup.max.descendants',
]);
/** Values that mean that there is none. */
const NONE: ReadonlySet<string> = new Set(['', 'max', '-1', '9223372036854771712', '9223372036854775807']);

/** Where the processes are, each place once. Those that CRIU did not look after have none. */
export function cgroupPlaces({ images, processes }: Checkpoint): CgroupPlace[] {
  const sets = ifReadable(() => images.firstIfThere('cgroup.img', 'CGROUP'))?.sets ?? [];
  const found = new Map<number, number[]>();
  for (const process of processes) {
    const core = ifReadable(() => (process.isGone ? undefined : process.readCore()));
    const id = core?.thread_core?.cg_set ?? core?.tc?.cg_set;
    if (id === undefined) continue;
    const known = found.get(id);
    if (known) known.push(process.pid);
    else found.set(id, [process.pid]);
  }
  return sets.flatMap(({ id, ctls = [] }) => {
    const pids = found.get(id);
    const paths = Object.fromEntries(ctls.map(({ name, path }) => [textOf(name), textOf(path)]));
    return pids ? [{ pids, paths }] : [];
  });
}

/** The groups that were saved, hierarchy by hierarchy. */
export function cgroupsOf({ images }: Checkpoint): Cgroup[] {
  const found: Cgroup[] = [];
  const controllers = ifReadable(() => images.firstIfThere('cgroup.img', 'CGROUP'))?.controllers ?? [];
  for (const { cnames = [], dirs = [] } of controllers) {
    const names = cnames.map(textOf);
    for (const directory of dirs) add(found, names, '', directory);
  }
  return found;
}

/** Below it, names are those within their directory. */
function add(found: Cgroup[], controllers: readonly string[], above: string, directory: CgroupDirEntry): void {
  const path = `${above}/${textOf(directory.dir_name).replace(/^\//, '')}`;
  const set = (directory.properties ?? [])
    .map(({ name, value }): [string, string] => [textOf(name), textOf(value).trim()])
    .filter(([name, value]) => LIMITS.has(name) && !NONE.has(value));
  found.push({ controllers, path, limits: Object.fromEntries(set) });
  for (const child of directory.children ?? []) add(found, controllers, path, child);
}
