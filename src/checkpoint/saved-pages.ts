import type { ImageDirectory } from './image-directory.ts';

/** Pages with addresses one after another that an entry of a pagemap image is about. */
export interface SavedPages {
  readonly start: bigint;
  readonly pages: bigint;
  /** Whether their contents are in the pages image, in that of the parent, or with a server of lazy pages. */
  readonly isPresent: boolean;
  readonly isInParent: boolean;
  readonly isLazy: boolean;
}

const IN_PARENT = 1;
const LAZY = 2;
const PRESENT = 4;

/** What a checkpoint has of the pages of a process, in the order of their addresses. */
export function* readSavedPages(directory: ImageDirectory, pid: number): Generator<SavedPages, void, undefined> {
  const image = `pagemap-${pid}.img`;
  for (const entry of directory.entries(image, 'PAGEMAP')) {
    if (entry.vaddr === undefined) continue;
    const { vaddr, nr_pages, compat_nr_pages, flags, in_parent = false } = entry;
    const bits = (flags ?? (in_parent ? 0 : PRESENT)) | (in_parent ? IN_PARENT : 0);
    const pages = BigInt(nr_pages ?? compat_nr_pages);
    yield {
      start: BigInt(vaddr),
      pages,
      isPresent: (bits & PRESENT) !== 0,
      isInParent: (bits & IN_PARENT) !== 0,
      isLazy: (bits & LAZY) !== 0,
    };
  }
}
