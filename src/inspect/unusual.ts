/** What is unlike most checkpoints: facts that somebody who restores one wants to know. Memory is not read for it. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { pagesOutside } from '../checkpoint/count-pages.ts';
import { CritError, isFault } from '../error.ts';
import { interruptedIn } from '../files/clear-stale.ts';
import { ifReadable } from '../checkpoint/if-readable.ts';
import { FD_TYPES } from '../checkpoint/old-files.ts';
import { neededImages } from '../checkpoint/needed-images.ts';
import { Pagemap, type PageTotals } from '../checkpoint/pagemap.ts';
import { textOf } from '../checkpoint/text.ts';
import { addressOf } from '../checkpoint/vma.ts';
import { examineImages } from './examine-images.ts';
import type { Parent } from './parents.ts';
import { isGpuImage } from './sizes.ts';
import { readDescription } from './system/gpu.ts';

export interface Unusual {
  /** `missing`, `damaged`, `unknown`, `lazy`, `external`, `parent`, `plugin`, `interrupted`, `entries without a file`, `pages outside of areas`. */
  readonly kind: string;
  readonly image?: string;
  readonly message: string;
}

const GPU_PLUGIN = 'amdgpu_plugin';
/** Things of one kind that are named in a message. */
const MOST_NAMED = 5;

export async function findUnusual(
  checkpoint: Checkpoint,
  pages: Readonly<PageTotals>,
  parents: readonly Parent[],
): Promise<Unusual[]> {
  const found: Unusual[] = interruptedIn(checkpoint.images.path).map((image) => ({
    kind: 'interrupted',
    image,
    message: 'a command was killed while it put its files in place, or still does: some of those here are old',
  }));
  for await (const each of examineImages(checkpoint.images)) found.push(each);
  found.push(...sizesOfPages(checkpoint));
  for (const image of neededImages(checkpoint)) {
    if (!checkpoint.images.has(image)) found.push({ kind: 'missing', image, message: 'is not there' });
  }
  found.push(...(ifReadable(() => [...withoutFile(checkpoint)]) ?? []));
  found.push(...outside(checkpoint));
  if (pages.lazy > 0) found.push({ kind: 'lazy', message: `${pages.lazy} pages were left to a lazy-pages server` });
  for (const { target, isThere } of parents) {
    if (!isThere) found.push({ kind: 'parent', image: 'parent', message: `leads to ${target}, which is not there` });
  }
  if (parents.length === 0 && pages.inParent > 0)
    found.push({
      kind: 'parent',
      message: `${pages.inParent} pages are in a parent, which is not there (see --parent)`,
    });
  found.push(
    ...(ifReadable(() => [...external(checkpoint)]) ?? []),
    ...plugins(checkpoint),
    ...damagedGpus(checkpoint),
  );
  return found;
}

/** Images of pages that are not as long as their pagemaps say: CRIU waits for the rest of one that is too short. */
function* sizesOfPages({ images, pageSize }: Checkpoint): Generator<Unusual, void, undefined> {
  for (const name of images.names) {
    if (!/^pagemap-(?:shmem-)?\d+\.img$/.test(name)) continue;
    const pagemap = ifReadable(() => new Pagemap(images, name, pageSize));
    if (!pagemap) continue;
    const image = `pages-${pagemap.pagesId}.img`;
    const size = images.size(image);
    if (size === pagemap.bytes) continue;
    if (size === undefined) {
      if (pagemap.bytes > 0)
        yield { kind: 'missing', image, message: `is not there; ${name} wants ${pagemap.bytes} bytes` };
    } else yield { kind: 'damaged', image, message: `${size} bytes, the pagemaps want ${pagemap.bytes}` };
  }
}

/** Descriptors and directories whose files no image has. */
function* withoutFile({ processes, files }: Checkpoint): Generator<Unusual, void, undefined> {
  const users = new Map<number, string[]>();
  const look = (id: number, user: string): void => {
    if (files.has(id)) return;
    const list = users.get(id);
    if (list) list.push(user);
    else users.set(id, [user]);
  };
  for (const process of processes) {
    const { pid } = process;
    if (ifReadable(() => process.isGone) !== false) continue;
    ifReadable(() => {
      for (const { fd, id } of process.readDescriptors()) look(id, `${pid}:${fd}`);
    });
    const fs = ifReadable(() => process.readFs());
    if (!fs) continue;
    look(fs.cwd_id, `${pid}:cwd`);
    look(fs.root_id, `${pid}:root`);
  }
  for (const [id, list] of users) {
    yield { kind: 'entries without a file', message: `id ${id} (${list.slice(0, MOST_NAMED).join(', ')})` };
  }
}

/** Pages that no VMA has: CRIU says "Page entry address .. outside of VMA". */
function* outside(checkpoint: Checkpoint): Generator<Unusual, void, undefined> {
  const { images, pageSize } = checkpoint;
  for (const pid of checkpoint.pidsWithMemory) {
    const name = `pagemap-${pid}.img`;
    const vmas = ifReadable(() => checkpoint.readVmas(pid));
    const pagemap = images.has(name) ? ifReadable(() => new Pagemap(images, name, pageSize)) : undefined;
    if (!vmas?.isOrdered || !pagemap) continue;
    let count = 0;
    let first = 0;
    for (const range of pagesOutside(vmas, pagemap.runs(0, Infinity))) {
      if (count === 0) first = range.page;
      count += range.count;
    }
    if (count === 0) continue;
    const address = addressOf(first, pageSize).toString(16);
    yield { kind: 'pages outside of areas', message: `${count} at ${address} (process ${pid})` };
  }
}

/** What a restore takes from outside the checkpoint. */
function* external({ images, files }: Checkpoint): Generator<Unusual, void, undefined> {
  const mounts = [...files.mounts.values()].filter(({ ext_mount }) => ext_mount);
  if (mounts.length > 0) {
    const names = mounts.map(({ mountpoint }) => textOf(mountpoint)).join(', ');
    yield { kind: 'external', message: `mounts from outside: ${names}` };
  }
  const count = [...files.idsOf(new Set([FD_TYPES.EXT]))].length;
  if (count > 0) yield { kind: 'external', image: 'files.img', message: `${count} files from outside` };
  if (images.names.some(isGpuImage)) {
    yield { kind: 'external', message: 'memory of a GPU, which only a host with such a GPU restores' };
  }
}

/** Descriptions of GPUs that are not as the plugin writes them. */
function* damagedGpus({ images }: Checkpoint): Generator<Unusual, void, undefined> {
  for (const image of images.names.filter(isGpuImage)) {
    try {
      readDescription(images, image);
    } catch (error) {
      if (!(error instanceof CritError) || isFault(error)) throw error;
      yield { kind: 'damaged', image, message: error.message };
    }
  }
}

function* plugins({ images }: Checkpoint): Generator<Unusual, void, undefined> {
  const inventory = ifReadable(() => images.firstIfThere('inventory.img', 'INVENTORY'));
  const names = inventory?.plugins_entry?.plugins?.map(textOf) ?? [];
  for (const name of names) yield { kind: 'plugin', image: 'inventory.img', message: `a restore needs ${name}` };
  // CRIU before 4.2 does not say which plugins took part.
  const image = images.names.find(isGpuImage);
  if (image !== undefined && !names.includes(GPU_PLUGIN))
    yield { kind: 'plugin', image, message: `a restore needs ${GPU_PLUGIN}, which wrote it` };
}
