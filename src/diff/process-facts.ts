/** What is known of a process and of its threads, but for memory and files, as facts. Ids that are new in each dump are resolved. */
import type { Process, Thread } from '../checkpoint/process.ts';
import { textOf } from '../checkpoint/text.ts';
import { startTexts, withoutEmptyEnd } from '../memory/start-texts.ts';
import { LIMITS } from '../schema/limits.ts';
import { factsOf } from './facts.ts';
import type { Side } from './side.ts';

/** Ids that each dump gives anew, what runs on with the clock, and what is told otherwise. */
const NOISE =
  /^(?:tc\.(?:comm|cg_set|seccomp_filter|task_state|rlimits|timers)|thread_core\.(?:comm|seccomp_filter|futex_rla|cg_set)|.*\.(?:value|.*_nsec)$)/;

export function processFacts(side: Side, process: Process, isAll: boolean): Map<string, unknown> {
  const { checkpoint, memory } = side;
  const { comm, state, ppid, pgid, sid } = process;
  const facts = new Map<string, unknown>(Object.entries({ comm, state, ppid, pgid, sid }));
  if (process.isPidOnly || process.isGone) return facts;
  const { tc, thread_core } = process.readCore();
  for (const [field, value] of factsOf({ tc, thread_core }, (name) => !isAll && NOISE.test(name))) {
    facts.set(field.replace(/^(?:tc|thread_core)\./, ''), value);
  }
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
  if (mm) facts.set('exe', checkpoint.files.path(mm.exe_file_id));
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

/** Paths by the names of their controllers. */
function* cgroupPaths({ checkpoint }: Side, id: number | undefined): Generator<[string, string], void, undefined> {
  for (const { sets } of checkpoint.images.entriesIfThere('cgroup.img', 'CGROUP')) {
    for (const { name, path } of sets?.find((set) => set.id === id)?.ctls ?? []) yield [textOf(name), textOf(path)];
  }
}

/** A thread beside the main one. */
export function threadFacts({ comm, core }: Thread, isAll: boolean): Map<string, unknown> {
  const facts = factsOf({ thread_core: core.thread_core }, (name) => !isAll && NOISE.test(name));
  return new Map([
    ['comm', comm],
    ...[...facts].map(([k, v]): [string, unknown] => [k.replace('thread_core.', ''), v]),
  ]);
}

/** The registers of a thread, by the names that CRIU gives them. */
export function registerFacts({ core }: Thread): Map<string, unknown> {
  const { tc: _tc, thread_core: _thread, ids: _ids, mtype: _type, ...machine } = core;
  const facts = factsOf(machine, (name) => /(?:clear_tid_addr|fpregs|fpsimd|vxrs|\.tls)/.test(name));
  return new Map([...facts].map(([name, value]) => [name.replace(/^.*\./, ''), value]));
}
