/** What two checkpoints do not have in common, process by process, then what is not of one process. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Process } from '../checkpoint/process.ts';
import { CritError } from '../error.ts';
import { commandLine, startTexts } from '../memory/start-texts.ts';
import { KINDS, type Difference, type Kind } from './difference.ts';
import { diffContainers } from './diff-containers.ts';
import { FileDiff } from './diff-files.ts';
import { diffThreads } from './diff-threads.ts';
import { diffCgroups, diffMounts, diffOtherImages } from './diff-images.ts';
import { MemoryDiff, matchShared } from './diff-memory.ts';
import { diffVmas } from './diff-vmas.ts';
import { changesOf } from './facts.ts';
import { KernelWords } from './kernel-words.ts';
import { matchProcesses } from './match-processes.ts';
import { Namespaces } from './namespaces.ts';
import { PageStatistics, type PageTotals } from './page-statistics.ts';
import { processFacts } from './process-facts.ts';
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
  readonly #memory: MemoryDiff | undefined;
  readonly #namespaces = new Namespaces();
  /** Pages that were left to a lazy-pages server. */
  #leftOut = 0;

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
    const [left, right] = [this.#before.memory, this.#after.memory];
    this.#memory =
      left &&
      right &&
      new MemoryDiff(left, right, {
        bytes: this.#wants('bytes'),
        strings: this.#wants('strings'),
        statistics: this.#statistics,
        leftOut: (pages) => (this.#leftOut += pages),
      });
  }

  /**
   * Throws a CritError where an image of either is missing or damaged; and after all differences where there are pages that
   * were left to a lazy-pages server, so that what they hold is not known.
   */
  *differences(): Generator<Difference, void, undefined> {
    if (this.#wants('container')) yield* diffContainers(this.#before, this.#after, this.#isAll);
    const { pairs, removed, added } = matchProcesses(this.#before, this.#after);
    const files = new FileDiff(this.#before, this.#after, this.#isAll);
    for (const pair of pairs) yield* this.#pair(pair, files);
    for (const process of removed) yield* this.#alone(process, 'removed', files);
    for (const process of added) yield* this.#alone(process, 'added', files);
    yield* this.#chosen(files.others());
    if (this.#wantsMemory) yield* this.#sharedMemory();
    if (this.#wants('mount')) yield* diffMounts(this.#before, this.#after);
    if (this.#wants('cgroup')) yield* diffCgroups(this.#before, this.#after);
    if (this.#wants('image') || this.#wants('statistics')) {
      yield* this.#chosen(
        diffOtherImages(this.#before, this.#after, this.#namespaces, this.#isAll || this.#wants('statistics')),
      );
    }
    if (this.#leftOut > 0) {
      const hint = 'they were not compared; --only with other kinds leaves memory out';
      throw new CritError('io', `${this.#leftOut} pages were left to a lazy-pages server: ${hint}`);
    }
  }

  /** Numbers about all pages that `differences` has walked over. */
  totals(): PageTotals {
    return this.#statistics.totals();
  }

  /** The command line of a process, by its pid in the first checkpoint that has it. */
  nameOf(pid: number): string {
    for (const side of [this.#before, this.#after]) {
      const process = side.checkpoint.process(pid);
      if (process) return process.isPidOnly ? '' : nameOf(side, process);
    }
    return '';
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

  *#alone(process: Process, change: 'added' | 'removed', files: FileDiff): Generator<Difference, void, undefined> {
    const side = change === 'added' ? this.#after : this.#before;
    const name = process.isPidOnly ? String(process.pid) : nameOf(side, process);
    if (this.#wants('process')) yield { change, kind: 'process', pid: process.pid, name };
    yield* this.#chosen(files.alone(process, change));
    if (this.#statistics.isCounting && side.memory?.has(process.pid)) {
      this.#memory?.countProcess(side.memory.process(process.pid), change);
    }
  }

  *#pair(pair: readonly [Process, Process], files: FileDiff): Generator<Difference, void, undefined> {
    const [one, other] = pair;
    // Of a pre-dump nothing but memory is known.
    const isKnown = !one.isPidOnly && !other.isPidOnly;
    if (isKnown) {
      yield* this.#chosen(this.#namespaces.compare(one, other, nameOf(this.#before, one)));
      if (this.#wants('process')) yield* this.#processFacts(one, other);
    }
    if (isKnown && (this.#wants('thread') || this.#wants('registers'))) {
      yield* this.#chosen(diffThreads(this.#before, this.#after, one, other, this.#wants('registers')));
    }
    if (isKnown && (this.#wants('file') || this.#wants('socket'))) {
      yield* this.#chosen(files.descriptors(one, other));
    }
    const [left, right] = [this.#before.memory, this.#after.memory];
    if (!left?.has(one.pid) || !right?.has(other.pid)) return;
    const [memory, otherMemory] = [left.process(one.pid), right.process(other.pid)];
    if (isKnown && this.#wants('vma')) yield* diffVmas(one.pid, memory.vmas, otherMemory.vmas);
    if (!this.#wantsMemory || !this.#memory) return;
    // What an incremental dump writes is no matter of who changed it.
    const isRaw = this.#isAll || !isKnown || this.#statistics.isCounting;
    const words = isRaw ? undefined : new KernelWords([one, other], left.pageSize);
    yield* this.#chosen(this.#memory.process(memory, otherMemory, words));
  }

  *#processFacts(one: Process, other: Process): Generator<Difference, void, undefined> {
    const name = nameOf(this.#before, one);
    const about = { change: 'changed', kind: 'process', pid: one.pid, name } as const;
    if (one.pid !== other.pid) yield { ...about, field: 'pid', before: one.pid, after: other.pid };
    const facts = processFacts(this.#before, one, this.#isAll);
    for (const change of changesOf(facts, processFacts(this.#after, other, this.#isAll))) yield { ...about, ...change };
  }

  *#sharedMemory(): Generator<Difference, void, undefined> {
    const [left, right] = [this.#before.memory, this.#after.memory];
    if (!left || !right) return;
    const [removed, added] = [new Set(left.shared), new Set(right.shared)];
    for (const pair of matchShared(left, right)) {
      removed.delete(pair[0]);
      added.delete(pair[1]);
      if (this.#memory) yield* this.#chosen(this.#memory.shared(...pair));
    }
    if (!this.#wants('memory')) return;
    for (const [change, shared] of [
      ['removed', removed],
      ['added', added],
    ] as const) {
      for (const each of shared) {
        yield { change, kind: 'memory', name: `shared memory ${each.name}` };
        if (this.#statistics.isCounting) this.#memory?.countShared(each, change);
      }
    }
  }
}

function nameOf({ memory }: Side, process: Process): string {
  if (process.isGone || !memory?.has(process.pid)) return `[${process.comm}]`;
  return commandLine(startTexts(memory, process.pid).args, process.comm);
}
