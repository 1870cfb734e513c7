/** All that one wants to know of a checkpoint before doing something with it. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CritError, placed } from '../error.ts';
import { unpackArchive, type Unpacked } from '../container/unpack.ts';
import { readDescriptors, type Descriptor } from '../checkpoint/descriptors.ts';
import { FileTable } from '../checkpoint/file-table.ts';
import { ImageDirectory } from '../checkpoint/image-directory.ts';
import { ProcessStringReader } from '../memory/process-string-reader.ts';
import { processTree, type Process } from '../checkpoint/processes.ts';
import { SocketTable, type Socket } from '../checkpoint/sockets.ts';
import { textOf } from '../checkpoint/text.ts';
import {
  DUMP_STATISTICS,
  RESTORE_STATISTICS,
  readDumpStats,
  readRestoreStats,
  type DumpStats,
  type RestoreStats,
} from '../checkpoint/statistics.ts';
import { walk } from '../files/walk.ts';
import { readContainer, type Container } from './container.ts';
import { listProcesses } from './process-list.ts';
import { countMemory, type MemoryTotals } from './memory-totals.ts';
import { readParents, type Parent } from './parents.ts';
import { sizesOf, type Sizes } from './sizes.ts';
import { findUnusual, type Unusual } from './unusual.ts';

export interface InspectedProcess extends Process {
  readonly depth: number;
  /** Undefined where the memory that has them is not there. */
  readonly args?: readonly string[];
  readonly descriptors: readonly Descriptor[];
  readonly sockets: readonly Socket[];
}

export interface Mount {
  readonly mountpoint: string;
  readonly source: string;
  readonly options: string;
  readonly isExternal: boolean;
}

export interface Inspection {
  readonly container?: Container;
  readonly criu: {
    readonly version?: string;
    readonly imageVersion?: number;
    readonly images: number;
    readonly compression?: string;
  };
  readonly processes: readonly InspectedProcess[];
  readonly mounts: readonly Mount[];
  readonly sizes: Sizes;
  readonly pages: MemoryTotals;
  readonly dump?: DumpStats;
  readonly restore?: RestoreStats;
  readonly parents: readonly Parent[];
  readonly unusual: readonly Unusual[];
}

/** The directory of CRIU's images in that of an engine. */
const NESTED = 'checkpoint';
/** Of the log, only so much is looked at. */
const LOG_LIMIT = 1024 * 1024;

/** Looks at a directory or an archive. `onStart` is told how to remove the private copy of an archive. */
export async function inspect(path: string, onStart?: (remove: () => void) => void): Promise<Inspection> {
  const archive = await unpackArchive(path, {
    // The largest of what is beside the images, and no use here.
    wanted: (image) => !image.endsWith('.tar'),
    ...(onStart && { onStart }),
  });
  try {
    const size = archive && path !== '-' ? statSync(path).size : undefined;
    const top = archive?.directory ?? path;
    return await inspectDirectory(top, archive?.members ?? filesOf(top), size, path);
  } finally {
    archive?.remove();
  }
}

async function inspectDirectory(
  top: string,
  files: readonly Unpacked[],
  archiveSize: number | undefined,
  name: string,
): Promise<Inspection> {
  const isNested = files.some(({ image }) => image === `${NESTED}/pstree.img`);
  if (!isNested && !files.some(({ image }) => image === 'pstree.img')) {
    throw new CritError('format', 'is no checkpoint: neither pstree.img nor checkpoint/pstree.img is there', {
      image: name,
    });
  }
  const path = isNested ? join(top, NESTED) : top;
  const images = new ImageDirectory(path);
  const processes = listProcesses(images);
  const pages = countMemory(
    images,
    processes.map(({ pid }) => pid),
  );
  const parents = readParents(path);
  const inventory = ifReadable(() => images.firstIfThere('inventory.img', 'INVENTORY'));
  const container = readContainer(top);
  const version = criuVersion(top) ?? criuVersion(path);
  const dump = statisticsIn([top, path], (each) => readDumpStats(join(each, DUMP_STATISTICS)));
  const restore = statisticsIn([top, path], (each) => readRestoreStats(join(each, RESTORE_STATISTICS)));
  return {
    ...(container && { container }),
    criu: {
      ...(version !== undefined && { version }),
      ...(inventory && { imageVersion: inventory.img_version }),
      images: files.filter(({ image }) => image.endsWith('.img')).length,
      ...(inventory?.compress && { compression: 'LZ4' }),
    },
    processes: inspectProcesses(path, images, processes),
    mounts: [...mountsOf(path, images)],
    sizes: sizesOf(files, isNested ? `${NESTED}/` : '', archiveSize),
    pages,
    ...(dump && { dump }),
    ...(restore && { restore }),
    parents,
    unusual: await findUnusual(path, images, processes, pages, parents),
  };
}

function inspectProcesses(path: string, images: ImageDirectory, processes: readonly Process[]): InspectedProcess[] {
  const files = new FileTable(images);
  const table = new SocketTable(images, files);
  const strings = ifReadable(() => new ProcessStringReader(path));
  try {
    return [...processTree(processes)].map(([process, depth]) => {
      const args = ifReadable(() => strings?.read(process.pid).args);
      const descriptors = ifReadable(() => [...readDescriptors(images, files, process.pid)]) ?? [];
      const sockets = descriptors.flatMap((each) => table.socket(each) ?? []);
      return { ...process, depth, ...(args && { args }), descriptors, sockets };
    });
  } finally {
    strings?.close();
  }
}

function* mountsOf(path: string, images: ImageDirectory): Generator<Mount, void, undefined> {
  for (const name of readdirSync(path)) {
    if (!/^mountpoints-\d+\.img$/.test(name)) continue;
    for (const { mountpoint, source, options, ext_mount = false } of images.entries(name, 'MNTS')) {
      yield { mountpoint: textOf(mountpoint), source: textOf(source), options: textOf(options), isExternal: ext_mount };
    }
  }
}

/** All files of a directory with their sizes. */
function filesOf(directory: string): Unpacked[] {
  try {
    return [...walk(directory)].flatMap((each) =>
      each.kind === 'file' ? [{ image: each.image, size: statSync(each.path).size }] : [],
    );
  } catch (error) {
    throw placed(error, { image: directory });
  }
}

function criuVersion(directory: string): string | undefined {
  const log = ifReadable(() => readFileSync(join(directory, 'dump.log')).subarray(0, LOG_LIMIT).toString('latin1'));
  return /\bVersion: (\d[\w.]*)/.exec(log ?? '')?.[1];
}

function statisticsIn<T>(directories: readonly string[], read: (directory: string) => T): T | undefined {
  for (const directory of directories) {
    const found = ifReadable(() => read(directory));
    if (found) return found;
  }
  return undefined;
}

/** What cannot be read is left out: all images are looked at for damage besides. */
function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (placed(error) instanceof CritError) return undefined;
    throw error;
  }
}
