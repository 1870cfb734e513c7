/** The pages of one process or one shared memory, through all dumps of a chain. */
import { CritError } from '../error.ts';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { IN_PARENT, LAZY, PRESENT, type Blocks } from '../checkpoint/pagemap-entry.ts';
import { Pagemap, type PageRun } from '../checkpoint/pagemap.ts';
import { addressOf, formatAddress } from '../checkpoint/vma.ts';

/** How some pages are stored: as they are, as one LZ4 block, as nothing because they are zero, or with a lazy-pages server or a parent that may be missing. */
export type Stored = 'plain' | 'lz4' | 'zero' | 'lazy';

/** Pages with addresses one after another, stored together. */
export interface Extent {
  readonly page: number;
  readonly count: number;
  readonly stored: Stored;
  /** The image with the contents, and their place and length in it; of an LZ4 block, those of the whole block. */
  readonly path: string;
  readonly image: string;
  readonly offset: number;
  readonly length: number;
  /** Pages of the block that come before the first of these, and pages in the block, where it is one. */
  readonly skip: number;
  readonly blockPages: number;
  /** How many parents away it is. */
  readonly depth: number;
}

/** Something that has pages, by their numbers. */
export interface PageSource {
  /** What is stored of the pages from `from` to `end`, in the order of their numbers; others were never touched. */
  extents(from: number, end: number): Generator<Extent, void, undefined>;
}

/** Pages whose contents are zeros, and in no image. */
export function zeroExtent(page: number, count: number): Extent {
  const place = { path: '', image: '', offset: 0, length: 0, skip: 0, depth: 0 };
  return { page, count, stored: 'zero', ...place, blockPages: count };
}

export class PageStore implements PageSource {
  readonly image: string;
  readonly #images: ImageDirectory;
  readonly #pageSize: number;
  readonly #depth: number;
  #pagemap: Pagemap | undefined;
  #parent: PageStore | undefined;
  #pages: { readonly path: string; readonly image: string } | undefined;

  /** `image` is the name of a pagemap image. */
  constructor(images: ImageDirectory, image: string, pageSize: number, depth = 0) {
    this.image = image;
    this.#images = images;
    this.#pageSize = pageSize;
    this.#depth = depth;
  }

  get pagemap(): Pagemap {
    return (this.#pagemap ??= new Pagemap(this.#images, this.image, this.#pageSize));
  }

  *extents(from: number, end: number): Generator<Extent, void, undefined> {
    for (const run of this.pagemap.runs(from, end)) {
      const first = Math.max(run.page, from);
      const last = Math.min(run.page + run.count, end);
      if ((run.flags & PRESENT) !== 0) {
        if (run.blocks) yield* this.#blocks(run, run.blocks, first, last);
        else yield this.#plain(run, first, last);
      } else if ((run.flags & IN_PARENT) !== 0) yield* this.#inParent(first, last);
      else if ((run.flags & LAZY) !== 0) yield this.#extent(first, last - first, 'lazy', 0, 0);
    }
  }

  /** All pages whose contents are in its own pages image, in their order there. */
  *own(): Generator<Extent, void, undefined> {
    for (const run of this.pagemap.runs(0, Infinity)) {
      if ((run.flags & PRESENT) === 0) continue;
      const last = run.page + run.count;
      if (run.blocks) yield* this.#blocks(run, run.blocks, run.page, last);
      else yield this.#plain(run, run.page, last);
    }
  }

  #plain({ page, offset }: PageRun, first: number, last: number): Extent {
    const pageSize = this.#pageSize;
    return this.#extent(first, last - first, 'plain', offset + (first - page) * pageSize, (last - first) * pageSize);
  }

  *#blocks(
    { page, count, offset }: PageRun,
    blocks: Blocks,
    first: number,
    last: number,
  ): Generator<Extent, void, undefined> {
    const pageSize = this.#pageSize;
    let at = offset;
    for (const [index, size] of blocks.sizes.entries()) {
      const start = page + index * blocks.pagesPerBlock;
      const pages = Math.min(blocks.pagesPerBlock, page + count - start);
      const from = Math.max(start, first);
      const end = Math.min(start + pages, last);
      if (from < end) {
        if (size === pages * pageSize) {
          yield this.#extent(from, end - from, 'plain', at + (from - start) * pageSize, (end - from) * pageSize);
        } else yield this.#extent(from, end - from, size === 0 ? 'zero' : 'lz4', at, size, from - start, pages);
      }
      at += size;
    }
  }

  *#inParent(first: number, last: number): Generator<Extent, void, undefined> {
    if (!this.#parent) {
      if (this.#images.mayMissParent && !(this.#images.isParentThere && this.#images.parent.has(this.image))) {
        yield this.#extent(first, last - first, 'lazy', 0, 0);
        return;
      }
      const before = this.#images.parent;
      if (!before.has(this.image)) {
        throw new CritError('io', 'is missing, and pages are said to be in it', {
          image: before.nameOf(this.image),
        });
      }
      this.#parent = new PageStore(before, this.image, this.#pageSize, this.#depth + 1);
    }
    let next = first;
    for (const extent of this.#parent.extents(first, last)) {
      if (extent.page > next) break;
      yield extent;
      next = extent.page + extent.count;
    }
    if (next < last) {
      const address = formatAddress(addressOf(next, this.#pageSize));
      throw new CritError('format', `the page at ${address} is said to be in the parent, which does not have it`, {
        image: this.#images.nameOf(this.image),
      });
    }
  }

  #extent(
    page: number,
    count: number,
    stored: Stored,
    offset: number,
    length: number,
    skip = 0,
    blockPages = count,
  ): Extent {
    const { path, image } = (this.#pages ??= this.#pagesPlace());
    return {
      page,
      count,
      stored,
      path,
      image,
      offset,
      length,
      skip,
      blockPages,
      depth: this.#depth,
    };
  }

  #pagesPlace(): { path: string; image: string } {
    const image = `pages-${this.pagemap.pagesId}.img`;
    return { path: this.#images.pathOf(image), image: this.#images.nameOf(image) };
  }
}
