/** The pagemaps of a directory with the pages images that they tell of. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { Pagemap } from '../checkpoint/pagemap.ts';
import { CritError } from '../error.ts';
import { HEAD_BYTES } from './raw-entries.ts';

export interface PagemapPair {
  /** The names of the images. */
  readonly pagemap: string;
  readonly pages: string;
  /** Bytes of the pages image, and pages in it. */
  readonly size: number;
  readonly count: number;
}

/** What has become of the pages that a pagemap tells of. */
export interface TransformedPages {
  readonly pagemap: string;
  readonly pages: number;
  /** Bytes of the pages image before and after. */
  readonly before: number;
  readonly after: number;
}

/** Throws a CritError where two tell of the same pages image, or one is not there or has another length than is told. */
export function pagemapPairs(checkpoint: Checkpoint): PagemapPair[] {
  const { images } = checkpoint;
  const pairs: PagemapPair[] = [];
  const seen = new Set<string>();
  for (const { pagemap, told } of pagemapsOf(checkpoint)) {
    const pages = `pages-${told.pagesId}.img`;
    const refuse = (reason: string): never => {
      throw new CritError('format', reason, { image: pagemap });
    };
    if (seen.has(pages)) refuse(`tells of ${pages}, as another one does`);
    seen.add(pages);
    const size = images.size(pages);
    if (size === undefined) return refuse(`tells of ${pages}, which is missing`);
    if (size !== told.bytes) refuse(`tells of ${told.bytes} bytes of pages, but ${pages} has ${size}`);
    pairs.push({ pagemap, pages, size, count: told.totals.here });
  }
  return pairs;
}

/** Whether a directory has a parent, or pages that are said to be in one. */
export function needsParent(checkpoint: Checkpoint): boolean {
  if (checkpoint.images.hasParent) return true;
  for (const { told } of pagemapsOf(checkpoint)) if (told.totals.inParent > 0) return true;
  return false;
}

function* pagemapsOf(checkpoint: Checkpoint): Generator<{ pagemap: string; told: Pagemap }, void, undefined> {
  const { images, pageSize } = checkpoint;
  for (const pagemap of images.names) {
    // One without entries tells of nothing.
    if (/^pagemap-(?:shmem-)?\d+\.img$/.test(pagemap) && images.size(pagemap) !== HEAD_BYTES)
      yield { pagemap, told: new Pagemap(images, pagemap, pageSize) };
  }
}
