/** What is told of one process. Of what cannot be read, nothing is told here; it is among what is unusual. */
import type { Checkpoint, Descriptor } from '../checkpoint/checkpoint.ts';
import { Pagemap, type PageTotals } from '../checkpoint/pagemap.ts';
import type { Process, ProcessNumbers } from '../checkpoint/process.ts';
import type { CheckpointMemory } from '../memory/checkpoint-memory.ts';
import type { AreaContents } from '../memory/content-of-areas.ts';
import { startTexts } from '../memory/start-texts.ts';
import { addressSpaceOf, type AddressSpace } from './areas.ts';
import { ifReadable } from '../checkpoint/if-readable.ts';

export interface InspectedDescriptor {
  readonly fd: number;
  readonly type: Descriptor['type'];
  /** The id of the open file. */
  readonly id: number;
  /** As /proc/PID/fd shows it. */
  readonly name: string;
  /** Whether the file has no path any more, or is taken from outside the checkpoint. */
  readonly isDeleted: boolean;
  readonly isExternal: boolean;
}

export interface InspectedProcess extends ProcessNumbers {
  readonly threads: readonly number[];
  readonly comm: string;
  readonly state: string;
  readonly depth: number;
  /** Undefined where the memory that has them is not there. */
  readonly args?: readonly string[];
  /** Pages of its own memory. */
  readonly pages: Readonly<PageTotals>;
  /** Saved pages of the shared memory that it maps, which others may map, too. */
  readonly sharedPages: number;
  /** How many descriptors it has, and, where they are asked for, which. */
  readonly openFiles: number;
  readonly descriptors?: readonly InspectedDescriptor[];
  /** Its directories and its program, where descriptors are asked for. */
  readonly cwd?: string;
  readonly root?: string;
  readonly exe?: string;
  /** The environment that it was started with, where it is asked for and its memory is there. */
  readonly env?: readonly string[];
  /** Where it is asked for, and the images tell. */
  readonly space?: AddressSpace;
}

/** What is wanted of each process beside the rest. */
export interface ProcessDetails {
  readonly descriptors?: boolean | undefined;
  readonly environment?: boolean | undefined;
  /** Whether the address spaces are wanted: how many areas of each, where there are so many processes. */
  readonly areasOf?: ((processes: number) => number) | undefined;
  /** Whether it is wanted what their pages look like, which reads them. */
  readonly content?: boolean | undefined;
}

export function inspectProcess(
  checkpoint: Checkpoint,
  memory: CheckpointMemory | undefined,
  process: Process,
  depth: number,
  sharedPages: number,
  details: ProcessDetails,
  contents?: AreaContents,
): InspectedProcess {
  const { pid, ppid, pgid, sid, threads } = process;
  const texts = ifReadable(() => memory && startTexts(memory, pid));
  const args = texts?.args;
  const most = details.areasOf;
  const space =
    most && memory?.has(pid)
      ? ifReadable(() => addressSpaceOf(memory.process(pid), most(memory.processes.length), contents))
      : undefined;
  return {
    pid,
    ppid,
    pgid,
    sid,
    comm: ifReadable(() => process.comm) ?? '',
    state: ifReadable(() => process.state) ?? '',
    threads,
    depth,
    ...(args && { args }),
    pages: ifReadable(() => pagesOf(checkpoint, pid)) ?? { here: 0, inParent: 0, lazy: 0 },
    sharedPages,
    openFiles: ifReadable(() => countOf(process.readDescriptors())) ?? 0,
    ...(details.environment === true && texts?.env && { env: texts.env }),
    ...(space && { space }),
    ...(details.descriptors === true && {
      ...placesOf(checkpoint, process),
      descriptors: ifReadable(() => Array.from(checkpoint.readDescriptors(process), inspectDescriptor)) ?? [],
    }),
  };
}

function pagesOf({ images, pageSize }: Checkpoint, pid: number): PageTotals | undefined {
  const image = `pagemap-${pid}.img`;
  return images.has(image) ? new Pagemap(images, image, pageSize).totals : undefined;
}

function placesOf({ files }: Checkpoint, process: Process): Pick<InspectedProcess, 'cwd' | 'root' | 'exe'> {
  const path = (id: number | undefined): string | undefined => (id === undefined ? undefined : files.path(id));
  const fs = ifReadable(() => process.readFs());
  const [cwd, root, exe] = [
    ifReadable(() => path(fs?.cwd_id)),
    ifReadable(() => path(fs?.root_id)),
    ifReadable(() => path(process.readMm()?.exe_file_id)),
  ];
  return { ...(cwd !== undefined && { cwd }), ...(root !== undefined && { root }), ...(exe !== undefined && { exe }) };
}

function countOf(items: Iterable<unknown>): number {
  let count = 0;
  for (const _ of items) count++;
  return count;
}

function inspectDescriptor({ fd, type, id, file }: Descriptor): InspectedDescriptor {
  return {
    fd,
    type,
    id,
    name: file?.name ?? `${type}.${id}`,
    isDeleted: file?.deleted !== undefined,
    isExternal: file?.isExternal ?? false,
  };
}
