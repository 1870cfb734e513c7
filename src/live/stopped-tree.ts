/** The processes that `criu dump --leave-stopped` has left: they are killed or go on when it is known what has become of their images. */
import { readFileSync, readdirSync } from 'node:fs';
import { CritError, isSystemError } from '../error.ts';

interface Process {
  readonly parent: number;
  readonly isStopped: boolean;
}

export class StoppedTree {
  readonly #root: number;
  /** What was stopped before CRIU came, and stays so. */
  readonly #before: ReadonlySet<number>;

  /** Call it before the dump. Throws a CritError where there is no such process. */
  constructor(root: number) {
    this.#root = root;
    if (!processOf(root)) throw new CritError('usage', `there is no process ${root}`);
    this.#before = new Set(this.#stopped());
  }

  /** The dump is somewhere else. */
  kill(): void {
    for (const pid of this.#stopped()) signal(pid, 'SIGKILL');
  }

  /** It is not: they go on as if nothing had happened. */
  resume(): void {
    for (const pid of this.#stopped()) if (!this.#before.has(pid)) signal(pid, 'SIGCONT');
  }

  /** Those of the tree that are stopped, children before their parents. */
  #stopped(): number[] {
    const children = new Map<number, number[]>();
    const stopped = new Set<number>();
    for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
      const found = processOf(Number(name));
      if (!found) continue;
      children.set(found.parent, [...(children.get(found.parent) ?? []), Number(name)]);
      if (found.isStopped) stopped.add(Number(name));
    }
    const tree = [this.#root];
    for (const pid of tree) tree.push(...(children.get(pid) ?? []));
    return tree.filter((pid) => stopped.has(pid)).toReversed();
  }
}

/** Undefined where there is none, or no longer. */
function processOf(pid: number): Process | undefined {
  try {
    // The name before may hold anything, parentheses as well.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(parent), isStopped: state === 'T' };
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ESRCH')) return undefined;
    throw error;
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has just ended.
    if (!(isSystemError(error) && error.code === 'ESRCH')) throw error;
  }
}
