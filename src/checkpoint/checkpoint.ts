/**
 * A checkpoint: its processes, their memory as far as it is told of, and the files that they have open.
 *
 * Opening reads nothing; each question reads the images that it needs. `close` gives back what is open, and the private copy
 * of an archive.
 */
import { closeAll } from '../files/close-all.ts';
import { textOf } from './text.ts';
import { FileTable, type OpenFile } from './file-table.ts';
import { FileUsers, type FileUser } from './file-users.ts';
import { ImageDirectory } from './image-directory.ts';
import { memfdName } from './file-name.ts';
import { mmImage, readVmas, unknownVmas } from './mm.ts';
import { pageSizeOf } from './page-size.ts';
import { Process } from './process.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { processTree } from './process-tree.ts';
import { FD_TYPES } from './old-files.ts';
import { directorySource, imagesOf, openSource, type Source, type SourceOptions } from './source.ts';
import { socketOf, type Socket } from './socket.ts';
import type { VmaList } from './vma-list.ts';
import type { VmaNames } from './vma.ts';

/** What is known of a checkpoint beside its images. */
export interface CheckpointFacts {
  /** Bytes in a page: a power of two from 4 KiB to 64 KiB. Without it, what the processes themselves were told. */
  readonly pageSize?: number | undefined;
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
  /** Whether pages may be in a parent that is not there; they are passed over then, like those of a lazy-pages server. */
  readonly mayMissParent?: boolean | undefined;
}

export interface CheckpointOptions extends CheckpointFacts, SourceOptions {
  /** The checkpoints before this one, the nearest first, in the place of what its `parent` link leads to. */
  readonly parents?: readonly string[] | undefined;
}

/** A descriptor of a process. */
export interface Descriptor extends FileUser {
  /** What it is open on; undefined where no image has that file. */
  readonly file: OpenFile | undefined;
  /** The id of that file, and FD_CLOEXEC. */
  readonly id: number;
  readonly type: OpenFile['type'];
  readonly flags: number;
}

/** A socket, once, with all that share it. */
export interface OpenSocket extends Socket {
  readonly id: number;
  readonly users: readonly FileUser[];
}

/** Kinds of files that are sockets. */
const SOCKETS: ReadonlySet<number> = new Set([FD_TYPES.INETSK, FD_TYPES.UNIXSK, FD_TYPES.PACKETSK, FD_TYPES.NETLINKSK]);

export class Checkpoint {
  /** What the user named. */
  readonly path: string;
  /** The directory that has what an engine wrote beside the images; often that of the images. */
  readonly top: string;
  /** The images of CRIU. */
  readonly images: ImageDirectory;
  readonly files: FileTable;
  readonly #facts: CheckpointFacts;
  readonly #sources: readonly Source[];
  #processes: readonly Process[] | undefined;
  #byPid: ReadonlyMap<number, Process> | undefined;
  #users: FileUsers | undefined;
  #pageSize: number | undefined;
  #pagemaps: ReadonlyMap<number, string> | undefined;
  #segments: ReadonlyMap<number, string> | undefined;

  /** The checkpoint of a source, which is closed with it; `parents` are the sources of those before it. */
  constructor(source: Source, parents: readonly Source[] = [], facts: CheckpointFacts = {}) {
    this.path = source.path;
    this.top = source.top;
    this.#sources = [source, ...parents];
    this.#facts = facts;
    this.images = new ImageDirectory(imagesOf(source), {
      name: source.path,
      parents: parents.map(imagesOf),
      schema: facts.schema,
      mayMissParent: facts.mayMissParent,
    });
    this.files = new FileTable(this.images);
  }

  /** Opens a directory or an archive; `-` is an archive on standard input. Throws a CritError where it is neither, or has no images. */
  static async open(path: string, options: CheckpointOptions = {}): Promise<Checkpoint> {
    const parents: Source[] = [];
    const source = await openSource(path, options);
    try {
      for (const each of options.parents ?? []) parents.push(await openSource(each, options));
      return new Checkpoint(source, parents, options);
    } catch (error) {
      for (const each of [source, ...parents]) each.close();
      throw error;
    }
  }

  /** The same for a directory, at once. */
  static openDirectory(path: string, options: CheckpointOptions = {}): Checkpoint {
    return new Checkpoint(directorySource(path), (options.parents ?? []).map(directorySource), options);
  }

  /** Whether it is a pre-dump, which has memory alone: no tree of processes, no files. */
  get isPreDump(): boolean {
    return !this.images.has('pstree.img');
  }

  /** All processes, in the order of pstree.img; those of a pre-dump, of which only the pid is known, by pid. */
  get processes(): readonly Process[] {
    return (this.#processes ??= [...this.#readProcesses()]);
  }

  /** Each process behind its parent, with its depth. */
  get tree(): Generator<readonly [process: Process, depth: number], void, undefined> {
    return processTree(this.processes);
  }

  /** The process of a pid. */
  process(pid: number): Process | undefined {
    this.#byPid ??= new Map(this.processes.map((each) => [each.pid, each]));
    return this.#byPid.get(pid);
  }

  /** The pids of all that have memory here, in order. */
  get pidsWithMemory(): readonly number[] {
    const pids = this.images.names.flatMap((image) => /^(?:pagemap|mm)-(\d+)\.img$/.exec(image)?.[1] ?? []);
    return [...new Set(pids.map(Number))].sort((a, b) => a - b);
  }

  /** Bytes in a page: as the options say, or as the first process that was told knows it. */
  get pageSize(): number {
    return (this.#pageSize ??= this.#facts.pageSize ?? pageSizeOf(this.images, this.pidsWithMemory));
  }

  /** The pagemap images by the N of the pages-N.img that they are about. */
  get pagemaps(): ReadonlyMap<number, string> {
    this.#pagemaps ??= new Map(
      this.images.names
        .filter((image) => /^pagemap-(?:shmem-)?\d+\.img$/.test(image))
        .flatMap((image): [number, string][] => {
          const head = this.images.first(image, 'PAGEMAP');
          return head.pages_id === undefined ? [] : [[head.pages_id, image]];
        }),
    );
    return this.#pagemaps;
  }

  /** The VMAs of a process, read anew each time. A pre-dump has one for all addresses. */
  readVmas(pid: number): VmaList {
    if (!this.images.has(mmImage(pid)) && this.images.has(`pagemap-${pid}.img`)) return unknownVmas(this.pageSize);
    return readVmas(this.images, pid, this.#vmaNames(), this.pageSize);
  }

  /** The descriptors of a process, in the order of their image. */
  *readDescriptors(process: Process): Generator<Descriptor, void, undefined> {
    for (const { id, fd, type, flags } of process.readDescriptors()) {
      yield { pid: process.pid, fd, id, type, flags, file: this.files.get(id) };
    }
  }

  /** Which descriptors share an open file. */
  usersOf(id: number): Iterable<FileUser> {
    return this.#fileUsers().of(id);
  }

  /** All sockets, each once, in the order of their ids. */
  *readSockets(): Generator<OpenSocket, void, undefined> {
    for (const id of this.files.idsOf(SOCKETS)) {
      const entry = this.files.entry(id);
      const socket = entry && socketOf(entry);
      if (socket) yield { id, ...socket, users: [...this.usersOf(id)] };
    }
  }

  /** Names of System V segments by their IDs. */
  get segments(): ReadonlyMap<number, string> {
    return (this.#segments ??= new Map(this.#readSegments()));
  }

  /**
   * Gives back what is open. A checkpoint that was closed must not be asked any more. Throws a CritError, with all given back,
   * where an image has changed since places in it were read: what was told may be of two times.
   */
  close(): void {
    closeAll([this.images.files, ...this.#sources]);
  }

  *#readProcesses(): Generator<Process, void, undefined> {
    if (this.isPreDump) {
      for (const pid of this.pidsWithMemory) yield new Process(this.images, { pid, ppid: 0, pgid: 0, sid: 0 }, true);
      return;
    }
    for (const entry of this.images.entries('pstree.img', 'PSTREE')) yield new Process(this.images, entry);
  }

  *#readSegments(): Generator<[id: number, name: string], void, undefined> {
    for (const image of this.images.names) {
      if (!/^ipcns-shm-\d+\.img$/.test(image)) continue;
      for (const { desc } of this.images.entries(image, 'IPCNS_SHM')) {
        yield [desc.id, `/SYSV${desc.key.toString(16).padStart(8, '0')}`];
      }
    }
  }

  #fileUsers(): FileUsers {
    return (this.#users ??= new FileUsers(this.processes.filter((each) => !each.isGone)));
  }

  #vmaNames(): VmaNames {
    const { files, segments } = this;
    return {
      segment: (id) => segments.get(id),
      file(id) {
        const entry = files.entry(id);
        const inode = entry && files.memfd(entry);
        if (inode) return { name: memfdName(inode), shmem: inode.shmid };
        return entry?.reg && { name: textOf(entry.reg.name) };
      },
    };
  }
}
