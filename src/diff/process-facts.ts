/** What is known of a process and of its threads, but for memory and files, as facts. Ids that are new in each dump are resolved. */
import type { Process, Thread } from '../checkpoint/process.ts';
import { textOf } from '../checkpoint/text.ts';
import { formatAddress } from '../checkpoint/vma.ts';
import type { VmaList } from '../checkpoint/vma-list.ts';
import { startTexts, withoutEmptyEnd } from '../memory/start-texts.ts';
import { LIMITS } from '../schema/limits.ts';
import { factsOf } from './facts.ts';
import { signalFacts } from './signal-facts.ts';
import { withoutTimeLeft } from './timer-facts.ts';
import type { Side } from './side.ts';

/** Ids that each dump gives anew, and what is told otherwise. */
const NOISE =
  /^(?:tc\.(?:comm|cg_set|old_seccomp_filter|task_state|rlimits|sigactions|signals_s)|thread_core\.(?:seccomp_filter|cg_set|signals_p))$/;
/** The kernel's own marks: that it forked, was traced, used the rights of root. */
const MARKS = /^tc\.flags$/;
/** Of an mm_entry, what is told as the path of the program. */
const MM_NOISE = /^exe_file_id$/;

export function processFacts(side: Side, process: Process, isAll: boolean): Map<string, unknown> {
  const { checkpoint, memory } = side;
  const { comm, state, ppid, pgid, sid } = process;
  const facts = new Map<string, unknown>(Object.entries({ comm, state, ppid, pgid, sid }));
  if (process.isPidOnly) return facts;
  const core = process.readCore();
  const { tc, thread_core } = core;
  const all = factsOf({ tc, thread_core }, (name) => NOISE.test(name) || (!isAll && MARKS.test(name)));
  for (const [field, value] of isAll ? all : withoutTimeLeft(all)) {
    // The name of a process is also that of its main thread, which can be another one.
    if (field !== 'thread_core.comm') facts.set(field.replace(/^(?:tc|thread_core)\./, ''), value);
    else if (value !== tc?.comm) facts.set('thread comm', value);
  }
  for (const [field, value] of signalFacts(core)) facts.set(field, value);
  const filters = seccompFilters(side, thread_core?.seccomp_filter ?? tc?.old_seccomp_filter);
  if (filters) facts.set('seccomp_filter', filters);
  for (const [index, { cur, max }] of (tc?.rlimits?.rlimits ?? []).entries()) {
    facts.set(`rlimits.${LIMITS[index] ?? index}.cur`, cur);
    facts.set(`rlimits.${LIMITS[index] ?? index}.max`, max);
  }
  for (const [controller, path] of cgroupPaths(side, tc?.cg_set)) facts.set(`cgroup.${controller}`, path);
  const fs = process.readFs();
  if (fs) {
    facts.set('cwd', checkpoint.files.path(fs.cwd_id));
    facts.set('root', checkpoint.files.path(fs.root_id));
    facts.set('umask', fs.umask);
  }
  const mm = process.readMm();
  if (mm) {
    facts.set('exe', checkpoint.files.path(mm.exe_file_id));
    for (const [field, value] of factsOf(mm, (name) => MM_NOISE.test(name))) facts.set(field, value);
  }
  if (memory) addStartTexts(facts, memory, process.pid);
  return facts;
}

function addStartTexts(facts: Map<string, unknown>, memory: NonNullable<Side['memory']>, pid: number): void {
  const { args, env } = startTexts(memory, pid);
  if (args) facts.set('args', withoutEmptyEnd(args));
  for (const variable of env ?? []) {
    const equals = variable.indexOf('=');
    if (equals > 0) facts.set(`env.${variable.slice(0, equals)}`, variable.slice(equals + 1));
  }
}

/** The filters of a thread, the last that was installed first; their places in seccomp.img are new in each dump. */
function seccompFilters({ checkpoint }: Side, last: number | undefined): readonly string[] | undefined {
  if (last === undefined) return undefined;
  const [entry] = checkpoint.images.entriesIfThere('seccomp.img', 'SECCOMP');
  const all = entry?.seccomp_filters ?? [];
  const found: string[] = [];
  for (
    let filter = all[last];
    filter && found.length < all.length;
    filter = filter.prev === undefined ? undefined : all[filter.prev]
  ) {
    found.push(`${filter.flags ?? 0}:${filter.filter}`);
  }
  return found;
}

/** Paths by the names of their controllers. */
function* cgroupPaths({ checkpoint }: Side, id: number | undefined): Generator<[string, string], void, undefined> {
  for (const { sets } of checkpoint.images.entriesIfThere('cgroup.img', 'CGROUP')) {
    for (const { name, path } of sets?.find((set) => set.id === id)?.ctls ?? []) yield [textOf(name), textOf(path)];
  }
}

/** A thread beside the main one. */
export function threadFacts(side: Side, { comm, core }: Thread): Map<string, unknown> {
  const facts = factsOf({ thread_core: core.thread_core }, (name) => NOISE.test(name));
  facts.delete('thread_core.comm');
  return new Map([
    ['comm', comm],
    ['seccomp_filter', seccompFilters(side, core.thread_core?.seccomp_filter)],
    ...signalFacts(core),
    ...[...facts].map(([k, v]): [string, unknown] => [k.replace('thread_core.', ''), v]),
  ]);
}

/** The registers of a thread, by the names that CRIU gives them. */
export function registerFacts({ core }: Thread, vmas: VmaList | undefined): Map<string, unknown> {
  const { tc: _tc, thread_core: _thread, ids: _ids, mtype: _type, ...machine } = core;
  const facts = factsOf(machine, (name) => /(?:clear_tid_addr|fpregs|fpsimd|vxrs|\.tls)/.test(name));
  const found = new Map([...facts].map(([name, value]) => [name.replace(/^.*\./, ''), value]));
  const address = POINTERS.map((name) => found.get(name)).find(
    (value) => typeof value === 'number' || typeof value === 'string',
  );
  if (vmas && address !== undefined) found.set('at', placeOf(BigInt(address), vmas));
  return found;
}

/** What the instruction pointer is called, on one machine or another. */
const POINTERS = ['ip', 'pc', 'nip', 'psw_addr', 'cp0_epc'];

/** What is mapped at an address, and where in it. */
function placeOf(address: bigint, vmas: VmaList): string {
  for (const { start, end, offset, file, name } of vmas) {
    if (address < start || address >= end) continue;
    return `${name}+${formatAddress(address - start + (file === undefined ? 0n : offset))}`;
  }
  return 'nothing mapped';
}
