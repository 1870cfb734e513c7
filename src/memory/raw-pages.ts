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
  readonly #ranges = new Map<string, PageRange[]>();
  readonly #pageSize: number;

  constructor(checkpoint: Checkpoint) {
    this.#pageSize = checkpoint.pageSize;
    for (const name of checkpoint.images.names) {
      const pid = /^mm-(\d+)\.img$/.exec(name)?.[1];
      if (pid !== undefined) this.#addProcess(checkpoint, Number(pid));
    }
  }

  /** Whether a page of a pagemap image is one of them. */
  of(pagemap: string): (page: number) => boolean {
    const ranges = this.#ranges.get(pagemap);
    if (!ranges) return () => false;
    // CRIU on 32-bit x86 extends the sign of addresses.
    const high = pageOf(0xffffffff00000000n, this.#pageSize);
    return (page) => {
      const low = page >= high ? page - high : page;
      return ranges.some(({ from, end }) => (page >= from && page < end) || (low >= from && low < end));
    };
  }

  #addProcess(checkpoint: Checkpoint, pid: number): void {
    for (const { flags, status, shmid, page, endPage, shmemPage } of checkpoint.readVmas(pid)) {
      if ((flags & MAP_HUGETLB) === 0 && (status & VMA.EXT_PLUGIN) === 0) continue;
      const isShared = (flags & MAP_SHARED) !== 0 || (status & SHARED_KINDS) !== 0;
      if (isShared) this.#add(`pagemap-shmem-${shmid}.img`, shmemPage, shmemPage + endPage - page);
      else this.#add(`pagemap-${pid}.img`, page, endPage);
    }
  }

  #add(pagemap: string, from: number, end: number): void {
    const ranges = this.#ranges.get(pagemap);
    if (ranges) ranges.push({ from, end });
    else this.#ranges.set(pagemap, [{ from, end }]);
  }
}
