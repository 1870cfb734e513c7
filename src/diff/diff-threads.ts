/** Threads that began and ended, what else changed of them, and where each stands. */
import type { Process } from '../checkpoint/process.ts';
import type { Difference } from './difference.ts';
import { changesOf } from './facts.ts';
import { registerFacts, threadFacts } from './process-facts.ts';
import type { Side } from './side.ts';

export function* diffThreads(
  before: Side,
  after: Side,
  one: Process,
  other: Process,
  hasRegisters: boolean,
): Generator<Difference, void, undefined> {
  const left = new Map([...one.readThreads()].map((thread) => [thread.tid, thread]));
  const right = new Map([...other.readThreads()].map((thread) => [thread.tid, thread]));
  const { pid } = one;
  const vmas = hasRegisters ? before.memory?.process(pid).vmas : undefined;
  const otherVmas = hasRegisters ? after.memory?.process(other.pid).vmas : undefined;
  for (const [tid, thread] of left) {
    // The main thread has the pid of its process, whatever that is now.
    const match = right.get(tid === pid ? other.pid : tid);
    const about = { kind: 'thread', pid, tid, name: thread.comm } as const;
    if (!match) {
      yield { ...about, change: 'removed' };
      continue;
    }
    if (tid !== pid) {
      // What is known of the main thread is told of its process.
      for (const change of changesOf(threadFacts(before, thread), threadFacts(after, match))) {
        yield { ...about, change: 'changed', ...change };
      }
    }
    if (!hasRegisters) continue;
    const [was, is] = [registerFacts(thread, vmas), registerFacts(match, otherVmas)];
    for (const change of changesOf(was, is)) {
      yield { ...about, kind: 'registers', change: 'changed', ...change };
    }
  }
  for (const [tid, { comm }] of right) {
    if (!left.has(tid === other.pid ? pid : tid)) yield { change: 'added', kind: 'thread', pid, tid, name: comm };
  }
}
