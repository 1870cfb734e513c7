/** Pages that are in the checkpoints before this one: whether the links lead there, and the pages are there. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { ImageDirectory } from '../../checkpoint/image-directory.ts';
import { Pagemap } from '../../checkpoint/pagemap.ts';
import { IN_PARENT } from '../../checkpoint/pagemap-entry.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import type { Finding } from '../finding.ts';

const LINK = 'ln -s ../BEFORE parent, within the checkpoint, BEFORE being the one that it was dumped on';

export function* findParents({ images, pageSize }: Checkpoint): Generator<Finding, void, undefined> {
  yield* brokenLink(images);
  for (const name of images.names) {
    if (!/^pagemap-(?:shmem-)?\d+\.img$/.test(name)) continue;
    const pagemap = ifReadable(() => new Pagemap(images, name, pageSize));
    if (!pagemap || pagemap.totals.inParent === 0) continue;
    if (!images.hasParent) {
      yield {
        severity: 'error',
        kind: 'parent',
        image: name,
        message: `${pagemap.totals.inParent} pages are in a checkpoint before this one, and there is no link "parent"`,
        criu: 'No parent for snapshot pagemap',
        mend: LINK,
      };
      continue;
    }
    const missing = missingPages(images, name, pageSize, pagemap);
    if (missing === 0) continue;
    yield {
      severity: 'error',
      kind: 'parent',
      image: name,
      message: `${missing} pages are not in the checkpoint that "parent" leads to`,
      mend: LINK,
    };
  }
}

function* brokenLink(images: ImageDirectory): Generator<Finding, void, undefined> {
  let directory: ImageDirectory | undefined = images;
  while (directory?.hasParent === true) {
    const here: ImageDirectory = directory;
    directory = ifReadable(() => here.parent);
    if (directory) continue;
    yield {
      severity: 'error',
      kind: 'parent',
      image: here.nameOf('parent'),
      message: 'leads to no checkpoint',
      criu: "Can't open parent path",
      mend: LINK,
    };
  }
}

/** Pages of a pagemap that its parent does not tell of. 0 where there is no parent to ask, which is told of by itself. */
function missingPages(images: ImageDirectory, name: string, pageSize: number, pagemap: Pagemap): number {
  const parent = ifReadable(() => images.parent);
  if (!parent) return 0;
  const before = parent.has(name) ? ifReadable(() => new Pagemap(parent, name, pageSize)) : undefined;
  let missing = 0;
  for (const { page, count, flags } of pagemap.runs(0, Infinity)) {
    if ((flags & IN_PARENT) === 0) continue;
    let known = 0;
    if (before) for (const run of before.runs(page, page + count)) known += overlap(run.page, run.count, page, count);
    missing += count - known;
  }
  return missing;
}

function overlap(page: number, count: number, otherPage: number, otherCount: number): number {
  return Math.max(0, Math.min(page + count, otherPage + otherCount) - Math.max(page, otherPage));
}
