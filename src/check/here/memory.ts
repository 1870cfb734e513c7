/** Memory that the processes take beside what is available. Pages that processes share after a fork are in the images of each. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { Pagemap } from '../../checkpoint/pagemap.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

const MIB = 1024 * 1024;

export function* findMemory({ images, pageSize }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const text = host.procText('meminfo');
  const available = kilobytes(text, 'MemAvailable');
  if (available === undefined) return;
  const here = 1024 * (available + (kilobytes(text, 'SwapFree') ?? 0));
  let pages = 0;
  for (const name of images.names) {
    if (!/^pagemap-(?:shmem-)?\d+\.img$/.test(name)) continue;
    const totals = ifReadable(() => new Pagemap(images, name, pageSize))?.totals;
    if (totals) pages += totals.here + totals.inParent + totals.lazy;
  }
  const there = pages * pageSize;
  if (there <= here) return;
  yield {
    severity: 'warning',
    kind: 'memory',
    message: `its pages have ${Math.ceil(there / MIB)} MiB, and ${Math.floor(here / MIB)} MiB of memory and swap are free`,
    there,
    here,
    criu: 'Unable to reserve memory',
    mend: 'more memory',
  };
}

function kilobytes(meminfo: string, name: string): number | undefined {
  const digits = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(meminfo)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
