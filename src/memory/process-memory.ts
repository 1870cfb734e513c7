/** The address space of one process. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Mm } from '../checkpoint/mm.ts';
import { readMm } from '../checkpoint/mm.ts';
import { coreImage } from '../checkpoint/process.ts';
import { textOf } from '../checkpoint/text.ts';
import type { Vma } from '../checkpoint/vma.ts';
import { VmaList } from '../checkpoint/vma-list.ts';
import { CritError } from '../error.ts';
import { PageStore, type Extent, type PageSource } from './page-store.ts';

/** Pages of a VMA, with what is known of them. */
export interface Piece {
  readonly page: number;
  readonly count: number;
  readonly vma: Vma;
  /** Absent where the images do not have the contents: see `vma.backing`. */
  readonly extent: Extent | undefined;
  /** ID of the shared memory that it is in, and the page of it. */
  readonly shmem: number | undefined;
  readonly shmemPage: number;
}

/** What the memory of a process stands in. */
export interface MemorySpace {
  readonly checkpoint: Checkpoint;
  /** The shared memory of an ID. */
  findShared(id: number): PageSource | undefined;
  /** Told that a process has read something, which it keeps until `forget`. */
  onUse(process: ProcessMemory): void;
}

export class ProcessMemory {
  readonly pid: number;
  readonly #space: MemorySpace;
  #name: string | undefined;
  #vmas: VmaList | undefined;
  #store: PageStore | undefined;

  constructor(pid: number, space: MemorySpace) {
    this.pid = pid;
    this.#space = space;
  }

  /** Bytes in a page. */
  get pageSize(): number {
    return this.#space.checkpoint.pageSize;
  }

  /** Name of the process, as the kernel has it; empty where no image has it. */
  get name(): string {
    if (this.#name === undefined) {
      const comm = this.#images.firstIfThere(coreImage(this.pid), 'CORE')?.tc?.comm;
      this.#name = comm === undefined ? '' : textOf(comm);
    }
    return this.#name;
  }

  /** In the order of their addresses. Throws a CritError where they are not. */
  get vmas(): VmaList {
    if (!this.#vmas) {
      this.#vmas = this.#space.checkpoint.readVmas(this.pid);
      if (!this.#vmas.isOrdered) {
        const image = this.#images.nameOf(`mm-${this.pid}.img`);
        throw new CritError('format', 'its areas are not in the order of their addresses', { image });
      }
      this.#space.onUse(this);
    }
    return this.#vmas;
  }

  /** The pages that are its own; undefined where it has none. */
  get store(): PageStore | undefined {
    const image = `pagemap-${this.pid}.img`;
    if (!this.#store && this.#images.has(image)) {
      this.#store = new PageStore(this.#images, image, this.pageSize);
      this.#space.onUse(this);
    }
    return this.#store;
  }

  /** Undefined in a pre-dump. */
  readMm(): Mm | undefined {
    return readMm(this.#images, this.pid);
  }

  /** The VMAs between two pages, whole, cut where what is known of their pages changes. */
  pieces(from: number, end: number, vmas: VmaList = this.vmas): Generator<Piece, void, undefined> {
    return piecesOf(this.store, (id) => this.#space.findShared(id), vmas, from, end);
  }

  /** Drops what was read, to be read again when it is asked for. */
  forget(): void {
    this.#vmas = undefined;
    this.#store = undefined;
  }

  get #images(): Checkpoint['images'] {
    return this.#space.checkpoint.images;
  }
}

/**
 * What the images have of some VMAs: first the pages of the process itself, then, where it has none, those of the shared
 * memory that is mapped there.
 */
function* piecesOf(
  own: PageSource | undefined,
  shared: MemorySpace['findShared'],
  vmas: VmaList,
  from: number,
  end: number,
): Generator<Piece, void, undefined> {
  for (let index = vmas.find(from); vmas.firstPage(index) < end; index++) {
    const vma = vmas.at(index);
    if (!vma) return;
    let next = Math.max(vma.page, from);
    const last = Math.min(vma.endPage, end);
    if (own) {
      for (const extent of own.extents(next, last)) {
        if (extent.page > next) yield* behind(vma, shared, next, extent.page);
        yield { page: extent.page, count: extent.count, vma, extent, shmem: undefined, shmemPage: 0 };
        next = extent.page + extent.count;
      }
    }
    if (next < last) yield* behind(vma, shared, next, last);
  }
}

/** Pages of a VMA that the process does not have as its own. */
function* behind(
  vma: Vma,
  shared: MemorySpace['findShared'],
  from: number,
  end: number,
): Generator<Piece, void, undefined> {
  const { shmem } = vma;
  const shift = vma.shmemPage - vma.page;
  const piece = (page: number, count: number, extent: Extent | undefined): Piece => {
    return { page, count, vma, extent, shmem, shmemPage: page + shift };
  };
  let next = from;
  const store = shmem === undefined ? undefined : shared(shmem);
  if (store && from < end) {
    for (const extent of store.extents(from + shift, end + shift)) {
      const page = extent.page - shift;
      if (page > next) yield piece(next, page - next, undefined);
      yield piece(page, extent.count, extent);
      next = page + extent.count;
    }
  }
  if (next < end) yield piece(next, end - next, undefined);
}
