/** What memory holds on both sides: pages that came, went and changed, VMA by VMA; each shared memory once. */
import { addressOf, formatAddress, type Vma } from '../checkpoint/vma.ts';
import type { CheckpointMemory, SharedMemory } from '../memory/checkpoint-memory.ts';
import type { ProcessMemory } from '../memory/process-memory.ts';
import { SegmentReader } from '../memory/read-segments.ts';
import { changedBytes, countChanged, newStrings } from './changed-bytes.ts';
import { comparePages, type PageSide, type PageVisitor } from './compare-pages.ts';
import { hasChanged, noPages, type Difference, type PageCounts } from './difference.ts';
import { pageRuns } from './page-runs.ts';
import type { PageStatistics } from './page-statistics.ts';

export interface MemoryOptions {
  /** Whether each run of bytes that changed is told. */
  readonly bytes: boolean;
  /** Whether text that came and went is told. */
  readonly strings: boolean;
  readonly statistics: PageStatistics;
}

/** Of two processes, their own memory. */
export function diffProcessMemory(
  before: CheckpointMemory,
  after: CheckpointMemory,
  [one, other]: readonly [ProcessMemory, ProcessMemory],
  options: MemoryOptions,
): Difference[] {
  const collector = new Collector(before.pageSize, one.pid, (page) => nameOf(one, other, page), options);
  comparePages(ownPages(before, one), ownPages(after, other), before.pageSize, collector);
  return collector.end();
}

/** Of shared memory that both have. */
export function diffSharedMemory(
  before: CheckpointMemory,
  after: CheckpointMemory,
  [one, other]: readonly [SharedMemory, SharedMemory],
  options: MemoryOptions,
): Difference[] {
  const [user] = one.users;
  const collector = new Collector(before.pageSize, user?.process.pid, () => one.name, options);
  comparePages(sharedPages(before, one), sharedPages(after, other), before.pageSize, collector);
  return collector.end();
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

function ownPages(memory: CheckpointMemory, process: ProcessMemory): PageSide {
  const { pageSize, files } = memory;
  const all = process.vmas;
  const own = all.filter(({ isShared, shmem }) => !isShared || shmem === undefined);
  const pieces = process.pieces(0, Infinity, own);
  return {
    runs: pageRuns(new SegmentReader(files, pageSize), pieces, pageSize),
    isZero: (page) => all.containing(page)?.backing === 'zero',
  };
}

function sharedPages({ files, pageSize }: CheckpointMemory, { source }: SharedMemory): PageSide {
  const pieces = (function* () {
    for (const extent of source.extents(0, Infinity)) yield { page: extent.page, count: extent.count, extent };
  })();
  return { runs: pageRuns(new SegmentReader(files, pageSize), pieces, pageSize), isZero: () => true };
}

/** The VMA that a page is in, by its name and where it begins; of one that is on one side alone, that. */
function nameOf(one: ProcessMemory, other: ProcessMemory, page: number): string {
  const found = one.vmas.containing(page);
  // A pre-dump does not know.
  const vma = found && found.name !== '[unknown]' ? found : (other.vmas.containing(page) ?? found);
  return vma ? `${vma.name} at ${formatAddress(vma.start)}` : '[outside]';
}

/** Counts, VMA by VMA, and collects what is told of single pages. */
class Collector implements PageVisitor {
  readonly #pageSize: number;
  readonly #pid: number | undefined;
  readonly #nameAt: (page: number) => string;
  readonly #options: MemoryOptions;
  readonly #found: Difference[] = [];
  #details: Difference[] = [];
  #counts: PageCounts = noPages();
  #vma: Vma | undefined;
  #name = '';
  #end = -1;

  constructor(pageSize: number, pid: number | undefined, nameAt: (page: number) => string, options: MemoryOptions) {
    this.#pageSize = pageSize;
    this.#pid = pid;
    this.#nameAt = nameAt;
    this.#options = options;
  }

  same(page: number, count: number, bytes: Buffer, vma: Vma | undefined): void {
    this.#turnTo(page, vma);
    this.#counts.same += count;
    this.#options.statistics.same(count, bytes);
  }

  changed(page: number, before: Buffer, after: Buffer, vma: Vma | undefined): void {
    this.#turnTo(page, vma);
    const { statistics, bytes, strings } = this.#options;
    this.#counts.changed++;
    const count = countChanged(before, after);
    this.#counts.bytes += count;
    statistics.changed(before, after, count);
    if (bytes) {
      for (const { at, before: was, after: is } of changedBytes(before, after)) {
        const address = formatAddress(addressOf(page, this.#pageSize) + BigInt(at));
        this.#add({
          change: 'changed',
          kind: 'bytes',
          address,
          before: was.toString('hex'),
          after: is.toString('hex'),
        });
      }
    }
    if (strings) this.#addStrings(page, before, after);
  }

  removed(page: number, bytes: Buffer, vma: Vma | undefined): void {
    this.#turnTo(page, vma);
    this.#counts.removed++;
    this.#options.statistics.removed(bytes);
    if (this.#options.strings) this.#addStrings(page, bytes, NOTHING);
  }

  added(page: number, bytes: Buffer, vma: Vma | undefined): void {
    this.#turnTo(page, vma);
    this.#counts.added++;
    this.#options.statistics.added(bytes);
    if (this.#options.strings) this.#addStrings(page, NOTHING, bytes);
  }

  /** All that was found. */
  end(): Difference[] {
    this.#flush();
    return this.#found;
  }

  #addStrings(page: number, before: Buffer, after: Buffer): void {
    const address = formatAddress(addressOf(page, this.#pageSize));
    for (const text of newStrings(after, before))
      this.#add({ change: 'removed', kind: 'strings', address, before: text });
    for (const text of newStrings(before, after)) this.#add({ change: 'added', kind: 'strings', address, after: text });
  }

  #add(difference: Omit<Difference, 'name'>): void {
    this.#details.push({ ...difference, ...this.#about() });
  }

  #about(): { name: string; pid?: number } {
    return { name: this.#name, ...(this.#pid !== undefined && { pid: this.#pid }) };
  }

  /** Pages of another VMA follow. */
  #turnTo(page: number, vma: Vma | undefined): void {
    if (this.#end >= 0 && vma === this.#vma && page < this.#end) return;
    const name = this.#nameAt(page);
    this.#vma = vma;
    this.#end = vma?.endPage ?? Infinity;
    if (name === this.#name) return;
    this.#flush();
    this.#name = name;
  }

  #flush(): void {
    if (hasChanged(this.#counts)) {
      this.#found.push({ change: 'changed', kind: 'memory', ...this.#about(), pages: this.#counts }, ...this.#details);
    }
    this.#counts = noPages();
    this.#details = [];
  }
}

const NOTHING = Buffer.alloc(0);
