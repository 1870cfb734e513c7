/** The memory of all processes of a checkpoint. */
import { readdirSync } from 'node:fs';
import { CritError, placed } from '../error.ts';
import type { MmEntry, VmaEntry } from '../schema/generated/messages.ts';
import { readEntries } from '../files/read-entries.ts';
import { areaOf, type Area } from '../checkpoint/area.ts';
import { CheckpointDirectory } from '../checkpoint/checkpoint-directory.ts';
import { readNames, textOf } from '../checkpoint/image-names.ts';
import { InlineShared } from './inline-shared.ts';
import { OpenFiles } from '../files/open-files.ts';
import { PageStore, type PageSource } from './page-store.ts';
import { piecesOf, type ProcessMemory } from './process-memory.ts';

const USUAL_PAGE_SIZE = 4096;
/** The type of an auxv entry that holds the page size: getauxval(3). */
const AT_PAGESZ = 6;
/** Numbers of pages are exact up to here, which is all of an address space of 64 bits. */
const ALL_PAGES = 2 ** 52;

export interface MemoryOptions {
  /** Bytes in a page: a power of two from 4 KiB to 64 KiB. Without it, what the processes themselves were told. */
  readonly pageSize?: number | undefined;
}

/** A place where shared memory is mapped. */
export interface User {
  readonly process: ProcessMemory;
  readonly area: Area;
}

/** Shared memory: an ID, and who maps it. */
export interface SharedMemory {
  readonly id: number;
  readonly name: string;
  readonly source: PageSource;
  /** The same where it has a pagemap; older images have the contents elsewhere. */
  readonly store: PageStore | undefined;
  /** Areas that share it; those of private mappings, which only read from it, are not among them. */
  readonly users: readonly User[];
}

export class CheckpointMemory {
  readonly pageSize: number;
  readonly files: OpenFiles = new OpenFiles();
  readonly #directory: CheckpointDirectory;
  readonly #processes = new Map<number, ProcessMemory>();
  readonly #shared = new Map<number, PageSource>();
  readonly #names: ReturnType<typeof readNames>;
  readonly #images: readonly string[];

  /** Throws a CritError where the directory has no memory, or an image is damaged. */
  constructor(path: string, options: MemoryOptions = {}) {
    try {
      this.#directory = new CheckpointDirectory(path);
      this.#images = readdirSync(path);
    } catch (error) {
      throw placed(error, { image: path });
    }
    const pids = this.#pids();
    if (pids.length === 0) throw new CritError('io', 'has no memory of a process: no pagemap-PID.img', { image: path });
    const mms = new Map(pids.map((pid) => [pid, this.#readMm(pid)]));
    this.pageSize = options.pageSize ?? pageSizeOf([...mms.values()]);
    this.#names = readNames(this.#directory);
    for (const image of this.#images) {
      const id = /^pagemap-shmem-(\d+)\.img$/.exec(image)?.[1];
      if (id !== undefined) this.#shared.set(Number(id), this.#store(image));
      else if (/^ipcns-shm-\d+\.img$/.test(image)) this.#addInline(image);
    }
    for (const [pid, mm] of mms) this.#processes.set(pid, this.#process(pid, mm));
  }

  /** All processes that have memory, in the order of their pids. */
  get processes(): readonly ProcessMemory[] {
    return [...this.#processes.values()];
  }

  /** Throws a CritError where there is no such process. */
  process(pid: number): ProcessMemory {
    const found = this.#processes.get(pid);
    if (found) return found;
    const there = [...this.#processes.keys()].slice(0, 20).join(', ');
    throw new CritError('usage', `no memory of a process ${pid}; there is that of ${there}`, {
      image: this.#directory.path,
    });
  }

  /** All shared memory, whether it is mapped or not, in the order of the IDs. */
  get shared(): readonly SharedMemory[] {
    const users = new Map<number, User[]>();
    for (const process of this.#processes.values()) {
      for (const area of process.areas) {
        if (area.shmem === undefined || !area.isShared) continue;
        const list = users.get(area.shmem);
        if (list) list.push({ process, area });
        else users.set(area.shmem, [{ process, area }]);
      }
    }
    const sources = [...this.#shared].sort(([a], [b]) => a - b);
    return sources.map(([id, source]) => {
      const store = source instanceof PageStore ? source : undefined;
      return { id, source, store, name: this.#names.shmem.get(id) ?? '[shared]', users: users.get(id) ?? [] };
    });
  }

  close(): void {
    this.files.close();
  }

  #pids(): number[] {
    const found = this.#images.flatMap((image) => /^(?:pagemap|mm)-(\d+)\.img$/.exec(image)?.[1] ?? []);
    return [...new Set(found.map(Number))].sort((a, b) => a - b);
  }

  #store(image: string): PageStore {
    return new PageStore(this.files, this.#directory, image, this.pageSize);
  }

  #addInline(image: string): void {
    const { path } = this.#directory;
    for (const [id, source] of InlineShared.read(this.files, `${path}/${image}`, image, this.pageSize)) {
      this.#shared.set(id, source);
    }
  }

  #readMm(pid: number): MmEntry | undefined {
    const image = `mm-${pid}.img`;
    if (!this.#directory.has(image)) return undefined;
    const mm = readEntries(this.#directory.pathOf(image), image, 'MM').next().value;
    if (!mm) throw new CritError('format', 'has no entry', { image });
    return mm;
  }

  #process(pid: number, mm: MmEntry | undefined): ProcessMemory {
    const image = `pagemap-${pid}.img`;
    const own = this.#directory.has(image) ? this.#store(image) : undefined;
    const areas = mm ? this.#areas(pid, mm) : [UNKNOWN];
    const find = (id: number): PageSource | undefined => this.#shared.get(id);
    return {
      pid,
      mm,
      areas,
      store: own,
      name: this.#processName(pid),
      pieces: (from, end, chosen = areas) => piecesOf(own, find, chosen, from, end),
    };
  }

  #areas(pid: number, mm: MmEntry): Area[] {
    let vmas: Iterable<VmaEntry> = mm.vmas ?? [];
    const image = `vmas-${pid}.img`;
    if (!mm.vmas && this.#directory.has(image)) vmas = readEntries(this.#directory.pathOf(image), image, 'VMAS');
    const areas: Area[] = [];
    for (const vma of vmas) {
      const area = areaOf(vma, this.#names, this.pageSize, mm.mm_start_stack);
      if (area.start < (areas.at(-1)?.end ?? 0) || area.end < area.start) {
        throw new CritError('format', 'its areas are not in the order of their addresses', { image: `mm-${pid}.img` });
      }
      areas.push(area);
    }
    return areas;
  }

  #processName(pid: number): string {
    const image = `core-${pid}.img`;
    if (!this.#directory.has(image)) return '';
    const core = readEntries(this.#directory.pathOf(image), image, 'CORE').next().value;
    return core?.tc ? textOf(core.tc.comm) : '';
  }
}

/** Stands for all areas of a process in a pre-dump, which has none. */
const UNKNOWN: Area = {
  start: 0,
  end: ALL_PAGES,
  prot: '???',
  isShared: false,
  name: '[unknown]',
  backing: 'kernel',
  shmem: undefined,
  shmemPage: 0,
};

/** The page size that the processes were told when they started. */
export function pageSizeOf(mms: readonly (MmEntry | undefined)[]): number {
  for (const mm of mms) {
    const words = mm?.mm_saved_auxv ?? [];
    for (let i = 0; i + 1 < words.length; i += 2) {
      const size = Number(words[i + 1]);
      if (words[i] === AT_PAGESZ && isPageSize(size)) return size;
    }
  }
  return USUAL_PAGE_SIZE;
}

/** Whether pages can have that many bytes. */
export function isPageSize(size: number): boolean {
  return Number.isInteger(Math.log2(size)) && size >= 4096 && size <= 65536;
}
