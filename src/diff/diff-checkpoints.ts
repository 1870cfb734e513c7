/** What two checkpoints do not have in common, process by process, then what is not of one process. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Process } from '../checkpoint/process.ts';
import { CritError } from '../error.ts';
import { commandLine, startTexts } from '../memory/start-texts.ts';
import { KINDS, type Difference, type Kind } from './difference.ts';
import { ComparedFiles, descriptorsAlone, diffDescriptors, diffOtherFiles } from './diff-files.ts';
import { diffCgroups, diffMounts, diffOtherImages } from './diff-images.ts';
import { diffProcessMemory, diffSharedMemory, matchShared } from './diff-memory.ts';
import { diffVmas } from './diff-vmas.ts';
import { changesOf } from './facts.ts';
import { matchProcesses } from './match-processes.ts';
import { PageStatistics, type PageTotals } from './page-statistics.ts';
import { processFacts, registerFacts, threadFacts } from './process-facts.ts';
import { sideOf, type Side } from './side.ts';

export interface DiffOptions {
  /** Which kinds of differences are looked for; all but registers, bytes and strings without it. */
  readonly only?: readonly Kind[] | undefined;
  /** Whether what differs in every two dumps is told: counters, timers, clocks, statistics. */
  readonly all?: boolean | undefined;
  /** Whether duplicate pages are counted. */
  readonly duplicates?: boolean | undefined;
}

/** Kinds that are told only where they are asked for: they differ whenever a program runs. */
const ON_REQUEST: ReadonlySet<Kind> = new Set<Kind>(['registers', 'bytes', 'strings', 'statistics']);

export class CheckpointDiff {
  readonly #before: Side;
  readonly #after: Side;
  readonly #wanted: ReadonlySet<Kind>;
  readonly #isAll: boolean;
  readonly #statistics: PageStatistics;

  /** Throws a CritError where their pages have different sizes. The checkpoints are the caller's to close. */
  constructor(before: Checkpoint, after: Checkpoint, { only, all = false, duplicates = false }: DiffOptions = {}) {
    this.#before = sideOf(before);
    this.#after = sideOf(after);
    this.#wanted = new Set(only ?? KINDS.filter((kind) => !ON_REQUEST.has(kind) || (all && kind === 'statistics')));
    this.#isAll = all;
    const [one, other] = [before.pageSize, after.pageSize];
    if (one !== other) {
      throw new CritError('usage', `pages of ${one} bytes, and of ${other} in ${after.path}: --page-size sets both`, {
        image: before.path,
      });
    }
    this.#statistics = new PageStatistics(one, duplicates);
  }

  /** Throws a CritError where an image of either is missing or damaged. */
  *differences(): Generator<Difference, void, undefined> {
    const { pairs, removed, added } = matchProcesses(this.#before, this.#after);
    const compared = new ComparedFiles();
    for (const process of removed) yield* this.#alone(this.#before, process, 'removed');
    for (const pair of pairs) yield* this.#pair(pair, compared);
    for (const process of added) yield* this.#alone(this.#after, process, 'added');
    yield* this.#chosen(diffOtherFiles(this.#before, this.#after, compared));
    if (this.#wantsMemory) yield* this.#sharedMemory();
    if (this.#wants('mount')) yield* diffMounts(this.#before, this.#after);
    if (this.#wants('cgroup')) yield* diffCgroups(this.#before, this.#after);
    if (!this.#wants('image') && !this.#wants('statistics')) return;
    yield* this.#chosen(diffOtherImages(this.#before, this.#after, this.#isAll || this.#wants('statistics')));
  }

  /** Numbers about all pages that `differences` has walked over. */
  totals(): PageTotals {
    return this.#statistics.totals();
  }

  /** Those of the kinds that are wanted. */
  *#chosen(differences: Iterable<Difference>): Generator<Difference, void, undefined> {
    for (const difference of differences) if (this.#wants(difference.kind)) yield difference;
  }

  #wants(kind: Kind): boolean {
    return this.#wanted.has(kind);
  }

  get #wantsMemory(): boolean {
    return this.#wants('memory') || this.#wants('bytes') || this.#wants('strings');
  }

  *#alone(side: Side, process: Process, change: 'added' | 'removed'): Generator<Difference, void, undefined> {
    const name = process.isPidOnly ? String(process.pid) : nameOf(side, process);
    if (this.#wants('process')) yield { change, kind: 'process', pid: process.pid, name };
    yield* this.#chosen(descriptorsAlone(side, process, change));
  }

  *#pair(pair: readonly [Process, Process], compared: ComparedFiles): Generator<Difference, void, undefined> {
    const [one, other] = pair;
    // Of a pre-dump nothing but memory is known.
    const isKnown = !one.isPidOnly && !other.isPidOnly;
    if (isKnown && this.#wants('process')) yield* this.#processFacts(one, other);
    if (isKnown && (this.#wants('thread') || this.#wants('registers'))) yield* this.#threads(one, other);
    if (isKnown && (this.#wants('file') || this.#wants('socket'))) {
      yield* this.#chosen(diffDescriptors(this.#before, this.#after, pair, compared));
    }
    const [left, right] = [this.#before.memory, this.#after.memory];
    if (!left?.has(one.pid) || !right?.has(other.pid)) return;
    const [memory, otherMemory] = [left.process(one.pid), right.process(other.pid)];
    if (isKnown && this.#wants('vma')) yield* diffVmas(one.pid, memory.vmas, otherMemory.vmas);
    if (this.#wantsMemory) {
      yield* this.#chosen(diffProcessMemory(left, right, [memory, otherMemory], this.#memoryOptions));
    }
  }

  *#processFacts(one: Process, other: Process): Generator<Difference, void, undefined> {
    const name = nameOf(this.#before, one);
    const about = { change: 'changed', kind: 'process', pid: one.pid, name } as const;
    if (one.pid !== other.pid) yield { ...about, field: 'pid', before: one.pid, after: other.pid };
    const facts = processFacts(this.#before, one, this.#isAll);
    for (const change of changesOf(facts, processFacts(this.#after, other, this.#isAll))) yield { ...about, ...change };
  }

  *#threads(one: Process, other: Process): Generator<Difference, void, undefined> {
    const left = new Map([...one.readThreads()].map((thread) => [thread.tid, thread]));
    const right = new Map([...other.readThreads()].map((thread) => [thread.tid, thread]));
    const { pid } = one;
    for (const [tid, thread] of left) {
      // The main thread has the pid of its process, whatever that is now.
      const match = right.get(tid === one.pid ? other.pid : tid);
      const about = { kind: 'thread', pid, tid, name: thread.comm } as const;
      if (!match) {
        if (this.#wants('thread')) yield { ...about, change: 'removed' };
        continue;
      }
      if (this.#wants('thread') && tid !== pid) {
        for (const change of changesOf(
          threadFacts(this.#before, thread, this.#isAll),
          threadFacts(this.#after, match, this.#isAll),
        )) {
          yield { ...about, change: 'changed', ...change };
        }
      }
      if (!this.#wants('registers')) continue;
      for (const change of changesOf(registerFacts(thread), registerFacts(match))) {
        yield { ...about, kind: 'registers', change: 'changed', ...change };
      }
    }
    if (!this.#wants('thread')) return;
    for (const [tid, { comm }] of right) {
      if (!left.has(tid === other.pid ? pid : tid)) yield { change: 'added', kind: 'thread', pid, tid, name: comm };
    }
  }

  *#sharedMemory(): Generator<Difference, void, undefined> {
    const [left, right] = [this.#before.memory, this.#after.memory];
    if (!left || !right) return;
    const [removed, added] = [new Set(left.shared), new Set(right.shared)];
    for (const pair of matchShared(left, right)) {
      removed.delete(pair[0]);
      added.delete(pair[1]);
      yield* this.#chosen(diffSharedMemory(left, right, pair, this.#memoryOptions));
    }
    if (!this.#wants('memory')) return;
    for (const { name } of removed) yield { change: 'removed', kind: 'memory', name: `shared memory ${name}` };
    for (const { name } of added) yield { change: 'added', kind: 'memory', name: `shared memory ${name}` };
  }

  get #memoryOptions(): { bytes: boolean; strings: boolean; statistics: PageStatistics } {
    return { bytes: this.#wants('bytes'), strings: this.#wants('strings'), statistics: this.#statistics };
  }
}

function nameOf({ memory }: Side, process: Process): string {
  if (process.isGone || !memory?.has(process.pid)) return `[${process.comm}]`;
  return commandLine(startTexts(memory, process.pid).args, process.comm);
}
