/** What memory holds on both sides: pages that came, went and changed, VMA by VMA; each shared memory once. */
import { formatAddress, type Vma } from '../checkpoint/vma.ts';
import type { CheckpointMemory, SharedMemory } from '../memory/checkpoint-memory.ts';
import type { ProcessMemory } from '../memory/process-memory.ts';
import { countChanged } from './changed-bytes.ts';
import { comparePages, type PageEvent, type PageSide } from './compare-pages.ts';
import { hasChanged, noPages, type Difference, type PageCounts } from './difference.ts';
import type { KernelWords } from './kernel-words.ts';
import { ownPages, sharedPages, type LeftOut } from './page-runs.ts';
import { pageDetails } from './page-details.ts';
import type { PageStatistics } from './page-statistics.ts';

export interface MemoryOptions {
  /** Whether each run of bytes that changed is told. */
  readonly bytes: boolean;
  /** Whether text that came and went is told. */
  readonly strings: boolean;
  readonly statistics: PageStatistics;
  /** Told of pages that neither side has. */
  readonly leftOut: LeftOut;
}

/** Both sides of some pages, again with each call. */
type Sides = (from: number, end: number, leftOut: LeftOut) => readonly [PageSide, PageSide];

/** Pages of one name, one after another. */
interface Place {
  readonly name: string;
  readonly from: number;
  end: number;
  readonly counts: PageCounts;
}

export class MemoryDiff {
  readonly #before: CheckpointMemory;
  readonly #after: CheckpointMemory;
  readonly #options: MemoryOptions;

  constructor(before: CheckpointMemory, after: CheckpointMemory, options: MemoryOptions) {
    this.#before = before;
    this.#after = after;
    this.#options = options;
  }

  /** Of two processes, their own memory, but for some words. */
  process(one: ProcessMemory, other: ProcessMemory, words: KernelWords | undefined): Generator<Difference> {
    const sides: Sides = (from, end, leftOut) => [
      ownPages(this.#before, one, from, end, leftOut),
      ownPages(this.#after, other, from, end, leftOut),
    ];
    return this.#compare(sides, one.pid, (page) => nameOf(one, other, page), words);
  }

  /** Of shared memory that both have. */
  shared(one: SharedMemory, other: SharedMemory): Generator<Difference> {
    const sides: Sides = (from, end, leftOut) => [
      sharedPages(this.#before, one, from, end, leftOut),
      sharedPages(this.#after, other, from, end, leftOut),
    ];
    return this.#compare(sides, one.users[0]?.process.pid, () => one.name, undefined);
  }

  /** Counts the pages of a process that is on one side alone. */
  countProcess(process: ProcessMemory, change: 'added' | 'removed'): void {
    const memory = change === 'added' ? this.#after : this.#before;
    this.#countAlone(ownPages(memory, process, 0, Infinity, this.#options.leftOut), change);
  }

  countShared(shared: SharedMemory, change: 'added' | 'removed'): void {
    const memory = change === 'added' ? this.#after : this.#before;
    this.#countAlone(sharedPages(memory, shared, 0, Infinity, this.#options.leftOut), change);
  }

  #countAlone(side: PageSide, change: 'added' | 'removed'): void {
    const none: PageSide = { runs: [], isZero: () => false };
    const [left, right] = change === 'added' ? [none, side] : [side, none];
    for (const event of comparePages(left, right, this.#before.pageSize)) this.#count(noPages(), event, undefined);
  }

  *#compare(
    sides: Sides,
    pid: number | undefined,
    nameAt: (page: number) => string,
    words: KernelWords | undefined,
  ): Generator<Difference> {
    const { bytes, strings, leftOut } = this.#options;
    const { pageSize } = this.#before;
    const changed: Place[] = [];
    const [left, right] = sides(0, Infinity, leftOut);
    for (const place of this.#places(comparePages(left, right, pageSize), nameAt, words)) {
      if (hasChanged(place.counts)) changed.push(place);
    }
    for (const { name, from, end, counts } of changed) {
      const about = { name, ...(pid !== undefined && { pid }) };
      yield { change: 'changed', kind: 'memory', ...about, pages: counts };
      if (!bytes && !strings) continue;
      // Read once more: there can be more to tell than memory has room for.
      const [one, other] = sides(from, end, () => undefined);
      for (const event of comparePages(one, other, pageSize)) {
        if (event.what === 'same' || isOfKernel(event, words)) continue;
        for (const detail of pageDetails(event, pageSize, this.#options)) yield { ...about, ...detail };
      }
    }
  }

  /** Counts pages, name by name. */
  *#places(
    events: Iterable<PageEvent>,
    nameAt: (page: number) => string,
    words: KernelWords | undefined,
  ): Generator<Place> {
    let place: Place | undefined;
    let vma: Vma | undefined;
    let vmaEnd = -1;
    for (const event of events) {
      if (!place || event.vma !== vma || event.page >= vmaEnd) {
        const name = nameAt(event.page);
        ({ vma } = event);
        vmaEnd = vma?.endPage ?? Infinity;
        if (place?.name !== name) {
          if (place) yield place;
          place = { name, from: event.page, end: event.page, counts: noPages() };
        }
      }
      place.end = event.page + event.count;
      this.#count(place.counts, event, words);
    }
    if (place) yield place;
  }

  #count(counts: PageCounts, event: PageEvent, words: KernelWords | undefined): void {
    const { statistics } = this.#options;
    const { what, count, alone, before, after } = event;
    if (what === 'removed' || what === 'added') {
      counts[what]++;
      statistics[what](after);
    } else if (what === 'same' || isOfKernel(event, words)) {
      counts.same += count;
      // A dump writes them, whatever they hold.
      if (alone) statistics[alone](before);
      else statistics.same(count, before);
    } else {
      const bytes = countChanged(before, after);
      counts.changed++;
      counts.bytes += bytes;
      statistics.changed(before, after, bytes);
    }
  }
}

function isOfKernel({ what, page, before, after }: PageEvent, words: KernelWords | undefined): boolean {
  return what === 'changed' && words?.areAll(page, before, after) === true;
}

/** Which shared memory of one side is which of the other: that of the same ID, or that which the same VMA maps. */
export function* matchShared(
  before: CheckpointMemory,
  after: CheckpointMemory,
): Generator<readonly [SharedMemory, SharedMemory], void, undefined> {
  const byPlace = new Map(after.shared.flatMap((each) => placesOf(each).map((place) => [place, each] as const)));
  const byId = new Map(after.shared.map((each) => [each.id, each]));
  for (const shared of before.shared) {
    const same = byId.get(shared.id);
    const isSame = same && same.name === shared.name;
    const match = isSame
      ? same
      : placesOf(shared)
          .map((place) => byPlace.get(place))
          .find(Boolean);
    if (match) yield [shared, match];
  }
}

function placesOf({ users, name }: SharedMemory): string[] {
  return users.map(({ process, vma }) => `${process.pid} ${vma.start} ${name}`);
}

/** The VMA that a page is in, by its name and where it begins; of one that is on one side alone, that. */
function nameOf(one: ProcessMemory, other: ProcessMemory, page: number): string {
  const found = one.vmas.containing(page);
  // A pre-dump does not know.
  const vma = found && found.name !== '[unknown]' ? found : (other.vmas.containing(page) ?? found);
  return vma ? `${vma.name} at ${formatAddress(vma.start)}` : '[outside]';
}
