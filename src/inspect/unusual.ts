/** What is unlike most checkpoints: facts that somebody who restores one wants to know. */
import { checkpointLines } from '../cat/checkpoint-lines.ts';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { isGone, type Process } from '../checkpoint/processes.ts';
import { textOf } from '../checkpoint/text.ts';
import { isFileMagic, isRawMagic } from '../schema/magics.ts';
import type { MemoryTotals } from './memory-totals.ts';
import type { Parent } from './parents.ts';

export interface Unusual {
  /** `missing`, `damaged`, `unknown`, `lazy`, `external`, `parent`, `deleted`. */
  readonly kind: string;
  readonly image?: string;
  readonly message: string;
}

/** Reads all images but memory and raw files once, whose entries may tell something. */
export async function findUnusual(
  path: string,
  directory: ImageDirectory,
  processes: readonly Process[],
  memory: MemoryTotals,
  parents: readonly Parent[],
): Promise<Unusual[]> {
  const found: Unusual[] = [];
  const images = new Set<string>();
  const unknown = new Map<string, number>();
  const lines = checkpointLines([path], {
    extras: false,
    accept: (image, magic) => {
      images.add(image);
      return !isRawMagic(magic) && !isFileMagic(magic);
    },
    onError: ({ place, message }) => found.push({ kind: 'damaged', ...imageIn(place.image), message }),
  });
  for await (const chunk of lines) countUnknown(chunk, unknown);
  for (const [image, count] of unknown) {
    found.push({ kind: 'unknown', image, message: `${count} entries with fields that the schema does not know` });
  }
  for (const image of expected(directory, processes)) {
    if (!directory.has(image)) found.push({ kind: 'missing', image, message: 'is not there' });
  }
  if (memory.lazy > 0) found.push({ kind: 'lazy', message: `${memory.lazy} pages were left to a lazy-pages server` });
  for (const { target, isThere } of parents) {
    if (!isThere) found.push({ kind: 'parent', image: 'parent', message: `leads to ${target}, which is not there` });
  }
  found.push(...external(directory, images));
  return found;
}

function imageIn(image: string | undefined): { image?: string } {
  return image === undefined ? {} : { image };
}

function countUnknown(chunk: Buffer, unknown: Map<string, number>): void {
  if (!chunk.includes('"@unknown"')) return;
  for (const line of chunk.toString('utf8').split('\n')) {
    if (!line.includes('"@unknown"')) continue;
    const { image }: { image: string } = JSON.parse(line);
    unknown.set(image, (unknown.get(image) ?? 0) + 1);
  }
}

/** Images that a checkpoint of these processes has. */
function* expected(directory: ImageDirectory, processes: readonly Process[]): Generator<string, void, undefined> {
  yield 'inventory.img';
  if (!directory.has('files.img') && !directory.has('reg-files.img')) yield 'files.img';
  for (const process of processes) {
    const { pid } = process;
    yield `core-${pid}.img`;
    if (isGone(process)) continue;
    yield* [`mm-${pid}.img`, `pagemap-${pid}.img`, `fs-${pid}.img`];
  }
}

/** What a restore takes from outside the checkpoint. */
function* external(directory: ImageDirectory, images: ReadonlySet<string>): Generator<Unusual, void, undefined> {
  for (const image of images) {
    if (!/^mountpoints-\d+\.img$/.test(image)) continue;
    const mounts = [...directory.entries(image, 'MNTS')].filter(({ ext_mount }) => ext_mount);
    if (mounts.length === 0) continue;
    const names = mounts.map(({ mountpoint }) => textOf(mountpoint)).join(', ');
    yield { kind: 'external', image, message: `mounts from outside: ${names}` };
  }
  if (directory.has('files.img')) {
    const count = [...directory.entries('files.img', 'FILES')].filter(({ type }) => type === 'EXT').length;
    if (count > 0) yield { kind: 'external', image: 'files.img', message: `${count} files from outside` };
  }
}
