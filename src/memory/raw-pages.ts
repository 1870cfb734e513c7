/**
 * Pages that a restore wants as they are, also where others are compressed: those of huge pages, and those of plugins.
 */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { MAP_HUGETLB, MAP_SHARED, VMA, pageOf } from '../checkpoint/vma.ts';

interface PageRange {
  readonly from: number;
  readonly end: number;
}

const SHARED_KINDS = VMA.FILE_SHARED | VMA.ANON_SHARED | VMA.SYSVIPC;

export class RawPages {
  readonly #checkpoint: Checkpoint;
  readonly #pids: Iterable<number>;
  #shared: Map<string, PageRange[]> | undefined;

  /** `pids`: the processes whose VMAs are known. */
  constructor(checkpoint: Checkpoint, pids: Iterable<number>) {
    this.#checkpoint = checkpoint;
    this.#pids = pids;
  }

  /** Whether a page of a pagemap image is one of them. */
  of(pagemap: string): (page: number) => boolean {
    const ranges = this.rangesOf(pagemap);
    if (ranges.length === 0) return () => false;
    // CRIU on 32-bit x86 extends the sign of addresses.
    const high = pageOf(0xffffffff00000000n, this.#checkpoint.pageSize);
    return (page) => {
      const low = page >= high ? page - high : page;
      return ranges.some(({ from, end }) => (page >= from && page < end) || (low >= from && low < end));
    };
  }

  /** The same as ranges. */
  rangesOf(pagemap: string): readonly PageRange[] {
    const pid = /^pagemap-(\d+)\.img$/.exec(pagemap)?.[1];
    if (pid !== undefined)
      return [...this.#rangesIn(Number(pid))].flatMap(([name, range]) => (name === pagemap ? range : []));
    this.#shared ??= this.#readShared();
    return this.#shared.get(pagemap) ?? [];
  }

  #readShared(): Map<string, PageRange[]> {
    const all = new Map<string, PageRange[]>();
    for (const pid of this.#pids) {
      for (const [pagemap, range] of this.#rangesIn(pid)) {
        const ranges = all.get(pagemap);
        if (ranges) ranges.push(range);
        else all.set(pagemap, [range]);
      }
    }
    return all;
  }

  *#rangesIn(pid: number): Generator<[pagemap: string, range: PageRange], void, undefined> {
    for (const { flags, status, shmid, page, endPage, shmemPage } of this.#checkpoint.readVmas(pid)) {
      if ((flags & MAP_HUGETLB) === 0 && (status & VMA.EXT_PLUGIN) === 0) continue;
      const isShared = (flags & MAP_SHARED) !== 0 || (status & SHARED_KINDS) !== 0;
      if (isShared) yield [`pagemap-shmem-${shmid}.img`, { from: shmemPage, end: shmemPage + endPage - page }];
      else yield [`pagemap-${pid}.img`, { from: page, end: endPage }];
    }
  }
}
