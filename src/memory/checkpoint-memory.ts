/** The contents of the memory of a checkpoint. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { memfdName } from '../checkpoint/file-name.ts';
import type { Vma } from '../checkpoint/vma.ts';
import { CritError } from '../error.ts';
import type { OpenFiles } from '../files/open-files.ts';
import { InlineShared } from './inline-shared.ts';
import { PageStore, type PageSource } from './page-store.ts';
import { ProcessMemory } from './process-memory.ts';

/** A place where shared memory is mapped. */
export interface User {
  readonly process: ProcessMemory;
  readonly vma: Vma;
}

/** Shared memory: an ID, and who maps it. */
export interface SharedMemory {
  readonly id: number;
  readonly name: string;
  readonly source: PageSource;
  /** The same where it has a pagemap; older images have the contents elsewhere. */
  readonly store: PageStore | undefined;
  /** VMAs that share it; those of private mappings, which only read from it, are not among them. */
  readonly users: readonly User[];
}

/** Processes whose VMAs and pagemaps are kept: there can be 20,000. */
const MOST_KEPT = 8;

export class CheckpointMemory {
  readonly checkpoint: Checkpoint;
  readonly pageSize: number;
  /** All processes that have memory, in the order of their pids. */
  readonly processes: readonly ProcessMemory[];
  readonly #byPid: ReadonlyMap<number, ProcessMemory>;
  readonly #kept = new Set<ProcessMemory>();
  #sources: ReadonlyMap<number, PageSource> | undefined;
  #shared: readonly SharedMemory[] | undefined;

  /** Throws a CritError where the checkpoint has no memory. It is closed with its checkpoint. */
  constructor(checkpoint: Checkpoint) {
    const pids = checkpoint.pidsWithMemory;
    if (pids.length === 0) {
      throw new CritError('io', 'has no memory of a process: no pagemap-PID.img', { image: checkpoint.path });
    }
    this.checkpoint = checkpoint;
    this.pageSize = checkpoint.pageSize;
    const space = {
      checkpoint,
      findShared: (id: number): PageSource | undefined => this.#allSources().get(id),
      onUse: (process: ProcessMemory): void => this.#keep(process),
    };
    this.processes = pids.map((pid) => new ProcessMemory(pid, space));
    this.#byPid = new Map(this.processes.map((process) => [process.pid, process]));
  }

  /** Reads the images. */
  get files(): OpenFiles {
    return this.checkpoint.images.files;
  }

  /** Throws a CritError where there is no such process. */
  process(pid: number): ProcessMemory {
    const found = this.#byPid.get(pid);
    if (found) return found;
    const there = [...this.#byPid.keys()].slice(0, 20).join(', ');
    throw new CritError('usage', `no memory of a process ${pid}; there is that of ${there}`, {
      image: this.checkpoint.path,
    });
  }

  has(pid: number): boolean {
    return this.#byPid.has(pid);
  }

  /** All shared memory, whether it is mapped or not, in the order of the IDs. */
  get shared(): readonly SharedMemory[] {
    return (this.#shared ??= this.#readShared());
  }

  #readShared(): SharedMemory[] {
    const sources = [...this.#allSources()].sort(([a], [b]) => a - b);
    if (sources.length === 0) return [];
    const users = new Map<number, User[]>();
    for (const process of this.processes) {
      for (const vma of process.vmas) {
        if (vma.shmem === undefined || !vma.isShared) continue;
        const list = users.get(vma.shmem);
        if (list) list.push({ process, vma });
        else users.set(vma.shmem, [{ process, vma }]);
      }
    }
    const { segments, files } = this.checkpoint;
    return sources.map(([id, source]) => {
      const memfd = files.memfds.get(id);
      const name = memfd ? memfdName(memfd) : (segments.get(id) ?? '[shared]');
      const store = source instanceof PageStore ? source : undefined;
      return { id, source, store, name, users: users.get(id) ?? [] };
    });
  }

  #allSources(): ReadonlyMap<number, PageSource> {
    return (this.#sources ??= new Map(this.#findSources()));
  }

  *#findSources(): Generator<[id: number, source: PageSource], void, undefined> {
    const { images } = this.checkpoint;
    for (const image of images.names) {
      const id = /^pagemap-shmem-(\d+)\.img$/.exec(image)?.[1];
      if (id !== undefined) yield [Number(id), new PageStore(images, image, this.pageSize)];
      else if (/^ipcns-shm-\d+\.img$/.test(image)) {
        yield* InlineShared.read(images.files, images.pathOf(image), image, this.pageSize);
      }
    }
  }

  /** Of the processes that were used, the last ones keep what they have read. */
  #keep(process: ProcessMemory): void {
    this.#kept.delete(process);
    this.#kept.add(process);
    for (const oldest of this.#kept) {
      if (this.#kept.size <= MOST_KEPT) break;
      oldest.forget();
      this.#kept.delete(oldest);
    }
  }
}
