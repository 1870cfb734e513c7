/** All that one wants to know of a checkpoint before doing something with it. */
import { statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Checkpoint, type CheckpointOptions, type OpenSocket } from '../checkpoint/checkpoint.ts';
import { USUAL_PAGE_SIZE } from '../checkpoint/page-size.ts';
import type { PageTotals } from '../checkpoint/pagemap.ts';
import { imagesOf, openSource, type Source } from '../checkpoint/source.ts';
import {
  DUMP_STATISTICS,
  RESTORE_STATISTICS,
  readDumpStats,
  readRestoreStats,
  type DumpStats,
  type RestoreStats,
} from '../checkpoint/statistics.ts';
import { textOf } from '../checkpoint/text.ts';
import { CheckpointMemory } from '../memory/checkpoint-memory.ts';
import { AreaContents } from '../memory/content-of-areas.ts';
import type { Unpacked } from '../container/unpack.ts';
import { readContainer, type Container } from './container.ts';
import { criuVersionNoted, readCriuVersion } from './criu-version.ts';
import { filesOf } from './files-of.ts';
import { ifReadable } from '../checkpoint/if-readable.ts';
import { inspectProcess, type InspectedProcess, type ProcessDetails } from './inspect-process.ts';
import { readParents, type Parent } from './parents.ts';
import { relationsOf, type Relation } from './relations.ts';
import { readRounds } from './rounds.ts';
import { sharedPages } from './shared-pages.ts';
import { sizesOf, type Sizes } from './sizes.ts';
import { gpuImages, type GpuImage } from './system/gpu.ts';
import { systemOf, type System } from './system/system.ts';
import { findUnusual, type Unusual } from './unusual.ts';

export interface Mount {
  readonly mountpoint: string;
  readonly source: string;
  readonly options: string;
  readonly isExternal: boolean;
}

export interface Criu {
  readonly version?: string;
  readonly imageVersion?: number;
  /** How many images there are; none where an engine left its own files alone. */
  readonly images: number;
  readonly compression?: string;
  /** Names of the plugins that a restore needs. */
  readonly plugins?: readonly string[];
}

export interface Inspection {
  readonly container?: Container;
  readonly criu: Criu;
  /** Whether it is a pre-dump, which has memory alone. */
  readonly isPreDump: boolean;
  readonly processes: readonly InspectedProcess[];
  /** Each once, with all that share it. */
  readonly sockets: readonly OpenSocket[];
  readonly mounts: readonly Mount[];
  /** Where they are asked for, as are the statistics of this dump and of those before it, the oldest first. */
  readonly relations?: readonly Relation[];
  readonly rounds?: readonly DumpStats[];
  readonly sizes: Sizes;
  /** Bytes in a page, and pages of all processes. */
  readonly pageSize: number;
  readonly pages: Readonly<PageTotals>;
  readonly dump?: DumpStats;
  readonly restore?: RestoreStats;
  readonly parents: readonly Parent[];
  /** Images of GPUs. */
  readonly gpu: readonly GpuImage[];
  /** Where it is asked for. */
  readonly system?: System;
  readonly unusual: readonly Unusual[];
}

export interface InspectOptions extends CheckpointOptions, ProcessDetails {
  /** Whether it is wanted which processes can reach each other. */
  readonly relations?: boolean;
  /** Whether credentials, namespaces, cgroups, networks and what is outside are wanted. */
  readonly system?: boolean;
  /** Whether the statistics of all dumps of a chain are wanted. */
  readonly rounds?: boolean;
}

/** Looks at a directory or an archive. Throws a CritError where it is no checkpoint. */
export async function inspect(path: string, options: InspectOptions = {}): Promise<Inspection> {
  const source = await openSource(path, options);
  const parents: Source[] = [];
  try {
    for (const each of options.parents ?? []) parents.push(await openSource(each, options));
    const files = source.members ?? filesOf(source.top);
    const archiveSize = source.members && path !== '-' ? sizeOf(path) : undefined;
    const container = readContainer(source.top, source.annotations);
    const outer = { ...(container && { container }), ...statistics(source) };
    if (source.images === undefined && container) return { ...outer, ...nothing(files, archiveSize) };
    const checkpoint = new Checkpoint(source, parents, options);
    try {
      const given = (options.parents ?? []).map((target) => ({ target, isThere: true }));
      const chain = [...given, ...readParents(parents.at(-1)?.images ?? imagesOf(source))];
      return {
        ...outer,
        ...(await inspectImages(checkpoint, files, archiveSize, chain, options, container?.annotations)),
      };
    } finally {
      checkpoint.images.files.close();
    }
  } finally {
    for (const each of [source, ...parents]) each.close();
  }
}

async function inspectImages(
  checkpoint: Checkpoint,
  files: Iterable<Unpacked>,
  archiveSize: number | undefined,
  parents: readonly Parent[],
  options: InspectOptions,
  annotations: Container['annotations'],
): Promise<Inspection> {
  const { images, top } = checkpoint;
  const memory = ifReadable(() => new CheckpointMemory(checkpoint));
  const shared = sharedPages(memory);
  const contents = options.content === true && memory ? new AreaContents(memory) : undefined;
  const processes = Array.from(checkpoint.tree, ([process, depth]) =>
    inspectProcess(checkpoint, memory, process, depth, shared.get(process.pid) ?? 0, options, contents),
  );
  const pages = { here: 0, inParent: 0, lazy: 0 };
  for (const { pages: own } of processes) {
    pages.here += own.here;
    pages.inParent += own.inParent;
    pages.lazy += own.lazy;
  }
  const inventory = ifReadable(() => images.firstIfThere('inventory.img', 'INVENTORY'));
  const version = readCriuVersion(top) ?? readCriuVersion(images.path) ?? criuVersionNoted(annotations);
  const plugins = inventory?.plugins_entry?.plugins?.map(textOf) ?? [];
  const around = options.system === true ? systemOf(checkpoint) : undefined;
  const prefix = relative(top, images.path);
  return {
    criu: {
      ...(version !== undefined && { version }),
      ...(inventory && { imageVersion: inventory.img_version }),
      images: countImages(files),
      ...(inventory?.compress && { compression: 'LZ4' }),
      ...(plugins.length > 0 && { plugins }),
    },
    isPreDump: checkpoint.isPreDump,
    processes,
    sockets: ifReadable(() => [...checkpoint.readSockets()]) ?? [],
    mounts: ifReadable(() => mountsOf(checkpoint)) ?? [],
    sizes: sizesOf(files, prefix === '' ? '' : `${prefix}/`, archiveSize),
    pageSize: ifReadable(() => checkpoint.pageSize) ?? USUAL_PAGE_SIZE,
    pages,
    parents,
    ...(options.relations === true && { relations: relationsOf(checkpoint, memory) }),
    ...(options.rounds === true && { rounds: readRounds(images.path) }),
    gpu: gpuImages(images),
    ...(around && { system: around.system }),
    unusual: [...(await findUnusual(checkpoint, pages, parents)), ...(around?.unusual ?? [])],
  };
}

/** Bytes of an archive, or of all files of an OCI image that is a directory. */
function sizeOf(path: string): number {
  const stats = statSync(path);
  return stats.isDirectory() ? totalOf(filesOf(path)) : stats.size;
}

function totalOf(files: Iterable<Unpacked>): number {
  let total = 0;
  for (const { size } of files) total += size;
  return total;
}

function countImages(files: Iterable<Unpacked>): number {
  let count = 0;
  for (const { image } of files) if (image.endsWith('.img')) count++;
  return count;
}

/** What is told of an engine's files alone. */
function nothing(files: Iterable<Unpacked>, archiveSize: number | undefined): Inspection {
  return {
    criu: { images: 0 },
    isPreDump: false,
    processes: [],
    sockets: [],
    mounts: [],
    sizes: sizesOf(files, '', archiveSize),
    pageSize: USUAL_PAGE_SIZE,
    pages: { here: 0, inParent: 0, lazy: 0 },
    parents: [],
    gpu: [],
    unusual: [],
  };
}

function mountsOf({ files }: Checkpoint): Mount[] {
  return Array.from(files.mounts.values(), ({ mountpoint, source, options, ext_mount = false }) => {
    return { mountpoint: textOf(mountpoint), source: textOf(source), options: textOf(options), isExternal: ext_mount };
  });
}

/** Statistics stand beside the images, or where the engine has its own files. */
function statistics({ top, images }: Source): Pick<Inspection, 'dump' | 'restore'> {
  const directories = images === undefined ? [top] : [top, images];
  const dump = firstOf(directories, (each) => readDumpStats(join(each, DUMP_STATISTICS)));
  const restore = firstOf(directories, (each) => readRestoreStats(join(each, RESTORE_STATISTICS)));
  return { ...(dump && { dump }), ...(restore && { restore }) };
}

function firstOf<T>(directories: readonly string[], read: (directory: string) => T): T | undefined {
  for (const directory of directories) {
    const found = ifReadable(() => read(directory));
    if (found) return found;
  }
  return undefined;
}
