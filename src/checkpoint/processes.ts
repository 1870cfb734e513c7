import { dictName } from '../schema/display.ts';
import type { TaskKobjIdsEntry } from '../schema/generated/messages.ts';
import type { ImageDirectory } from './image-directory.ts';
import { textOf } from './text.ts';

/** A process of a checkpoint. */
export interface Process {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly comm: string;
  /** Alive, Dead, Stopped, Zombie, or a number. */
  readonly state: string;
  readonly threads: readonly number[];
}

const ZOMBIE = 6;
const DEAD = 2;

/** The processes in the order of pstree.img. Throws a CritError where an image of them is missing or damaged. */
export function* readProcesses(directory: ImageDirectory): Generator<Process, void, undefined> {
  for (const { pid, ppid, pgid, sid, threads = [] } of directory.entries('pstree.img', 'PSTREE')) {
    const { tc } = directory.first(`core-${pid}.img`, 'CORE');
    const state = tc ? (dictName('gen', 'task_state', tc.task_state) ?? String(tc.task_state)) : '';
    yield { pid, ppid, pgid, sid, comm: tc ? textOf(tc.comm) : '', state, threads };
  }
}

/** Whether nothing but its exit code is left of a process, so that it has neither memory nor files. */
export function isGone({ state }: Process): boolean {
  return state === dictName('gen', 'task_state', ZOMBIE) || state === dictName('gen', 'task_state', DEAD);
}

/** The ids of what a process may share with others; undefined where it has none. */
export function readIds(directory: ImageDirectory, pid: number): TaskKobjIdsEntry | undefined {
  return directory.firstIfThere(`ids-${pid}.img`, 'IDS') ?? directory.first(`core-${pid}.img`, 'CORE').ids;
}

/** Each process behind its parent, with its depth. One whose parent is not there, or is itself below it, is a root. */
export function* processTree(processes: readonly Process[]): Generator<readonly [Process, number], void, undefined> {
  const byPid = new Map(processes.map((each) => [each.pid, each]));
  const children = new Map<number, Process[]>();
  const roots: Process[] = [];
  for (const process of processes) {
    if (process.ppid === 0 || !byPid.has(process.ppid)) roots.push(process);
    else {
      const siblings = children.get(process.ppid);
      if (siblings) siblings.push(process);
      else children.set(process.ppid, [process]);
    }
  }
  const seen = new Set<Process>();
  // The last ones are not below any root: they are each other's parents.
  for (const root of [...roots, ...processes]) {
    const waiting: [Process, number][] = [[root, 0]];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [process, depth] = next;
      if (seen.has(process)) continue;
      seen.add(process);
      yield next;
      for (const child of (children.get(process.pid) ?? []).toReversed()) waiting.push([child, depth + 1]);
    }
  }
}
