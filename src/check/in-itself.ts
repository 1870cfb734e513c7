/** What is wrong with a checkpoint by itself, on any host. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { ifReadable } from '../checkpoint/if-readable.ts';
import { Pagemap } from '../checkpoint/pagemap.ts';
import { readParents } from '../inspect/parents.ts';
import { findUnusual } from '../inspect/unusual.ts';
import type { Finding, Severity } from './finding.ts';

/** The latest that CRIU 4.3 knows. */
const IMAGES_VERSION = 2;

const SEVERITY: ReadonlyMap<string, Severity> = new Map([
  ['unknown', 'note'],
  ['external', 'note'],
  ['plugin', 'note'],
]);

const MENDS: ReadonlyMap<string, string> = new Map([
  ['lazy', 'criu restore --lazy-pages, with criu lazy-pages beside it'],
  ['external', 'criu restore --external or --inherit-fd'],
]);

export async function* findInItself(checkpoint: Checkpoint): AsyncGenerator<Finding, void, undefined> {
  const { images, isPreDump } = checkpoint;
  if (isPreDump) {
    const message = 'a pre-dump has memory alone, and is restored as the parent of a dump';
    yield { severity: 'error', kind: 'pre-dump', message };
  }
  const version = ifReadable(() => images.firstIfThere('inventory.img', 'INVENTORY'))?.img_version;
  if (version !== undefined && version > IMAGES_VERSION) {
    yield {
      severity: 'error',
      kind: 'version',
      image: 'inventory.img',
      message: `images of version ${version}, of which CRIU knows ${IMAGES_VERSION}`,
      there: version,
      here: IMAGES_VERSION,
      criu: 'Not supported images version',
    };
  }
  const lazy = checkpoint.pidsWithMemory.reduce((sum, pid) => sum + lazyPages(checkpoint, pid), 0);
  const parents = readParents(images.path);
  for (const { kind, image, message } of await findUnusual(checkpoint, { here: 0, inParent: 0, lazy }, parents)) {
    const mend = MENDS.get(kind);
    yield {
      severity: SEVERITY.get(kind) ?? 'error',
      kind,
      ...(image !== undefined && { image }),
      message,
      ...(mend !== undefined && { mend }),
    };
  }
  yield* ifReadable(() => [...withoutExecutable(checkpoint)]) ?? [];
}

function lazyPages({ images, pageSize }: Checkpoint, pid: number): number {
  const name = `pagemap-${pid}.img`;
  if (!images.has(name)) return 0;
  return ifReadable(() => new Pagemap(images, name, pageSize))?.totals.lazy ?? 0;
}

function* withoutExecutable({ processes, files }: Checkpoint): Generator<Finding, void, undefined> {
  for (const process of processes) {
    const id = ifReadable(() => (process.isGone ? undefined : process.readMm()?.exe_file_id));
    if (id === undefined || files.has(id)) continue;
    const image = `mm-${process.pid}.img`;
    yield { severity: 'error', kind: 'id', image, id, message: `the executable is file ${id}, which no image has` };
  }
}
