/** Which images CRIU does not restore a checkpoint without. */
import type { Magic } from '../schema/images.ts';
import type { Checkpoint } from './checkpoint.ts';
import { ifReadable } from './if-readable.ts';
import { coreImage } from './process.ts';
import { mmImage } from './mm.ts';

/** Kinds of which CRIU reads one entry, so that an image without any is "Unexpected EOF". */
// prettier-ignore
const WITH_ENTRY: ReadonlySet<string> = new Set<Magic>([
  'CORE', 'CPUINFO', 'CREDS', 'FS', 'GHOST_FILE', 'IDS', 'INVENTORY', 'IPC_VAR', 'MM', 'NETNS', 'PAGEMAP', 'PIDNS', 'TIMENS',
  'USERNS', 'UTSNS',
]);

/** Whether an image of that kind must have an entry. */
export function needsEntry(magic: string): boolean {
  return WITH_ENTRY.has(magic);
}

/** Images that a checkpoint of these processes and these files has, but for the contents of memory. */
export function* neededImages(checkpoint: Checkpoint): Generator<string, void, undefined> {
  const { images, processes, isPreDump, files } = checkpoint;
  yield 'inventory.img';
  if (isPreDump) return;
  if (!images.has('files.img') && !images.has('reg-files.img')) yield 'files.img';
  for (const process of processes) {
    const { pid, threads } = process;
    yield coreImage(pid);
    // A core image that is missing or damaged is told of by itself.
    if (ifReadable(() => process.isGone) === true) continue;
    for (const tid of threads) if (tid !== pid) yield coreImage(tid);
    yield* [mmImage(pid), `pagemap-${pid}.img`, `fs-${pid}.img`];
  }
  yield* ifReadable(() => [...files.ghostImages()]) ?? [];
}
