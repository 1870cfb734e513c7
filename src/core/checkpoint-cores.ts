/** The processes of a checkpoint as core files show them: what of them is where in the images. */
import { CritError } from '../error.ts';
import type { Area } from '../checkpoint/area.ts';
import { ImageDirectory } from '../checkpoint/image-directory.ts';
import { textOf } from '../checkpoint/image-names.ts';
import type { CoreEntry, CredsEntry, ProtoString, PstreeEntry, RegFileEntry } from '../schema/generated/messages.ts';
import { CheckpointMemory, type MemoryOptions } from '../memory/checkpoint-memory.ts';
import type { Piece, ProcessMemory } from '../memory/process-memory.ts';
import { readMemory } from '../memory/process-strings.ts';
import type { CoreContents } from './core-file.ts';
import { ARGUMENT_BYTES } from './process-notes.ts';
import type { CoreProcess, MappedFile } from './core-process.ts';
import { machineOf } from './machines/machines.ts';
import { zeros } from './segments.ts';
import type { Sysroot } from './sysroot.ts';

const DEAD = 2;
const ZOMBIE = 6;

export interface CoreOptions extends MemoryOptions {
  /** What is done about pages that were left to a lazy-pages server: they end the work, or count as zeros. */
  readonly missing?: 'error' | 'zero';
  /** Where the pages of mapped files come from that the images do not have; without it, cores do not have them either. */
  readonly sysroot?: Sysroot | undefined;
}

export class CheckpointCores {
  readonly #images: ImageDirectory;
  readonly #memory: CheckpointMemory;
  readonly #options: CoreOptions;
  readonly #tree = new Map<number, PstreeEntry>();
  /** Regular files by their paths. */
  readonly #files = new Map<string, RegFileEntry>();

  /** Throws a CritError where the directory is no checkpoint. */
  constructor(path: string, options: CoreOptions = {}) {
    this.#options = options;
    this.#images = new ImageDirectory(path);
    for (const entry of this.#images.entries('pstree.img', 'PSTREE')) this.#tree.set(entry.pid, entry);
    this.#memory = new CheckpointMemory(path, options);
  }

  /** The processes in the order of the tree. */
  get pids(): readonly number[] {
    return [...this.#tree.keys()];
  }

  close(): void {
    this.#memory.close();
  }

  /** The name of a process. */
  nameOf(pid: number): string {
    const { tc } = this.#images.first(`core-${pid}.img`, 'CORE');
    return tc ? textOf(tc.comm) : '';
  }

  /** Whether a process has ended, so that there is nothing that a core file could show. */
  isGone(pid: number): boolean {
    const { tc } = this.#images.first(`core-${pid}.img`, 'CORE');
    return tc?.task_state === DEAD || tc?.task_state === ZOMBIE;
  }

  /** What the core file of a process is made of. Throws a CritError where there is no such process, or too little of it. */
  contents(pid: number): CoreContents {
    const entry = this.#tree.get(pid);
    if (!entry) {
      const there = this.pids.slice(0, 20).join(', ');
      throw new CritError('usage', `no process ${pid}; there are ${there}`, { image: 'pstree.img' });
    }
    if (this.isGone(pid))
      throw new CritError('io', `process ${pid} has ended: nothing is left of its memory and registers`);
    const memory = this.#memory.process(pid);
    const process = this.#process(entry, memory);
    return { process, files: this.#memory.files, pieces: () => this.#pieces(memory) };
  }

  #process({ pid, ppid, pgid, sid, threads = [] }: PstreeEntry, memory: ProcessMemory): CoreProcess {
    const { mm } = memory;
    if (!mm)
      throw new CritError('io', `is missing: a pre-dump has too little of a process`, { image: `mm-${pid}.img` });
    const main = this.#thread(pid);
    const tids = [pid, ...threads.filter((tid) => tid !== pid)];
    if (new Set(tids).size < tids.length) {
      throw new CritError('format', `process ${pid} has a thread twice`, { image: 'pstree.img' });
    }
    const machine = machineOf(main);
    return {
      pid,
      ppid,
      pgid,
      sid,
      machine,
      main,
      mm,
      threads: tids,
      name: bytesOf(main.tc?.comm ?? ''),
      args: this.#arguments(memory),
      user: this.#credentials(pid, main) ?? { uid: 0, gid: 0 },
      pageSize: this.#memory.pageSize,
      files: memory.areas.flatMap((area) => this.#mappedFile(area)),
      thread: (tid) => this.#thread(tid),
    };
  }

  #thread(tid: number): CoreEntry {
    return this.#images.first(`core-${tid}.img`, 'CORE');
  }

  #credentials(pid: number, main: CoreEntry): CredsEntry | undefined {
    return main.thread_core?.creds ?? this.#images.firstIfThere(`creds-${pid}.img`, 'CREDS');
  }

  /** As many bytes of the arguments as a core file has room for; none where their pages were not saved. */
  #arguments(process: ProcessMemory): Buffer {
    const start = BigInt(process.mm?.mm_arg_start ?? 0);
    const end = BigInt(process.mm?.mm_arg_end ?? 0);
    if (end <= start) return Buffer.alloc(0);
    const length = end - start < ARGUMENT_BYTES ? end - start : BigInt(ARGUMENT_BYTES);
    try {
      return readMemory(this.#memory, process, start, start + length);
    } catch (error) {
      // Pages that were not saved are no fault; a file that cannot be read is one.
      if (error instanceof CritError && error.code === 'io' && error.cause === undefined) return Buffer.alloc(0);
      throw error;
    }
  }
  /** What the kernel lists: all that has a file behind it, and be it one without a name. */
  #mappedFile({ start, end, name, shmemPage, backing }: Area): MappedFile[] {
    if (backing === 'kernel') return [];
    const common = { start, end, offset: shmemPage };
    const file = this.#file(name);
    if (file) return [{ ...common, name: bytesOf(file.name) }];
    const isUnnamed = name === '[shared]' || name === '/dev/zero';
    if (!isUnnamed && !name.startsWith('/memfd:') && !name.startsWith('/SYSV')) return [];
    return [{ ...common, name: Buffer.from(`${isUnnamed ? '/dev/zero' : name} (deleted)`) }];
  }

  /** The entry of a regular file by its path. */
  #file(name: string): RegFileEntry | undefined {
    if (this.#files.size === 0) {
      if (this.#images.has('files.img')) {
        for (const { reg } of this.#images.entries('files.img', 'FILES'))
          if (reg) this.#files.set(textOf(reg.name), reg);
      } else if (this.#images.has('reg-files.img')) {
        for (const reg of this.#images.entries('reg-files.img', 'REG_FILES')) this.#files.set(textOf(reg.name), reg);
      }
    }
    return this.#files.get(name);
  }

  *#pieces(process: ProcessMemory): Generator<Piece, void, undefined> {
    const areas = process.areas.filter(({ name }) => name !== '[vsyscall]');
    for (const piece of process.pieces(0, Infinity, areas)) {
      if (piece.extent?.stored === 'lazy') yield this.#lazy(process, piece);
      else if (piece.extent === undefined && piece.area.backing === 'file') yield* this.#fromFile(piece);
      else yield piece;
    }
  }

  #lazy({ pid }: ProcessMemory, piece: Piece): Piece {
    if (this.#options.missing === 'zero') return { ...piece, extent: zeros(piece) };
    const address = (BigInt(piece.page) * BigInt(this.#memory.pageSize)).toString(16);
    throw new CritError(
      'io',
      `process ${pid}: the page at 0x${address} was left to a lazy-pages server (--missing zero goes on without it)`,
    );
  }

  /** Pages that were not dumped because a file has them. */
  *#fromFile(piece: Piece): Generator<Piece, void, undefined> {
    const file = this.#file(piece.area.name);
    const found = file && this.#options.sysroot?.find(file);
    const { pageSize } = this.#memory;
    const { page, count, area } = piece;
    const offset = (area.shmemPage + page - area.start) * pageSize;
    const length = found ? Math.min(count * pageSize, found.size - offset) : 0;
    if (!found || length <= 0) {
      yield piece;
      return;
    }
    const { path, image } = found;
    const pages = Math.ceil(length / pageSize);
    const common = { stored: 'plain', path, image, skip: 0, depth: 0 } as const;
    yield { ...piece, count: pages, extent: { ...common, page, count: pages, offset, length, blockPages: pages } };
    if (pages < count) yield { ...piece, page: page + pages, count: count - pages };
  }
}

function bytesOf(text: ProtoString): Buffer {
  return typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.base64, 'base64');
}
