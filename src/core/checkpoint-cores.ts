/** The processes of a checkpoint as core files show them: what of them is where in the images. */
import { CritError } from '../error.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Mm } from '../checkpoint/mm.ts';
import { coreImage, type Process } from '../checkpoint/process.ts';
import { VMA, addressOf, formatAddress } from '../checkpoint/vma.ts';
import { CheckpointMemory } from '../memory/checkpoint-memory.ts';
import { zeroExtent } from '../memory/page-store.ts';
import type { Piece, ProcessMemory } from '../memory/process-memory.ts';
import type { ProtoString } from '../schema/generated/messages.ts';
import { readMemory } from '../memory/process-strings.ts';
import type { CoreContents } from './core-file.ts';
import { ARGUMENT_BYTES } from './process-notes.ts';
import type { CoreProcess, MappedFile } from './core-process.ts';
import { machineOf } from './machines/machines.ts';
import type { FoundFile, Sysroot } from './sysroot.ts';

/** What the kernel puts behind the name of a file that is not there any more. */
const DELETED = ' (deleted)';

export interface CoreOptions {
  /** What is done about pages that were left to a lazy-pages server: they end the work, or count as zeros. */
  readonly missing?: 'error' | 'zero';
  /** Where the pages of mapped files come from that the images do not have; without it, cores do not have them either. */
  readonly sysroot?: Sysroot | undefined;
}

export class CheckpointCores {
  readonly #checkpoint: Checkpoint;
  readonly #memory: CheckpointMemory;
  readonly #options: CoreOptions;

  /** Throws a CritError where the checkpoint has no tree of processes, or no memory. It is closed by its owner. */
  constructor(checkpoint: Checkpoint, options: CoreOptions = {}) {
    if (checkpoint.isPreDump) {
      throw new CritError('io', 'is missing: a pre-dump has too little of a process', { image: 'pstree.img' });
    }
    this.#options = options;
    this.#checkpoint = checkpoint;
    this.#memory = new CheckpointMemory(checkpoint);
  }

  /** The processes in the order of the tree. */
  get pids(): readonly number[] {
    return this.#checkpoint.processes.map(({ pid }) => pid);
  }

  /** The name of a process. */
  nameOf(pid: number): string {
    return this.#process(pid).comm;
  }

  /** Whether a process has ended, so that there is nothing that a core file could show. */
  isGone(pid: number): boolean {
    return this.#process(pid).isGone;
  }

  /** What the core file of a process is made of. Throws a CritError where there is no such process, or too little of it. */
  contents(pid: number): CoreContents {
    if (this.isGone(pid))
      throw new CritError('io', `process ${pid} has ended: nothing is left of its memory and registers`);
    const memory = this.#memory.process(pid);
    const process = this.#contents(this.#process(pid), memory);
    return { process, files: this.#memory.files, pieces: () => this.#pieces(memory) };
  }

  #process(pid: number): Process {
    const found = this.#checkpoint.process(pid);
    if (found) return found;
    const there = this.pids.slice(0, 20).join(', ');
    throw new CritError('usage', `no process ${pid}; there are ${there}`, { image: 'pstree.img' });
  }

  #contents(process: Process, memory: ProcessMemory): CoreProcess {
    const { pid, ppid, pgid, sid, threads } = process;
    const mm = process.readMm();
    if (!mm)
      throw new CritError('io', `is missing: a pre-dump has too little of a process`, { image: `mm-${pid}.img` });
    const main = process.readCore();
    const tids = [pid, ...threads.filter((tid) => tid !== pid)];
    if (new Set(tids).size < tids.length) {
      throw new CritError('format', `process ${pid} has a thread twice`, { image: 'pstree.img' });
    }
    return {
      pid,
      ppid,
      pgid,
      sid,
      machine: machineOf(main, coreImage(pid)),
      main,
      mm,
      threads: tids,
      name: bytesOf(main.tc?.comm ?? ''),
      args: this.#arguments(memory, mm),
      user: process.readCredentials() ?? { uid: 0, gid: 0 },
      pageSize: this.#memory.pageSize,
      files: () => this.#mappedFiles(memory),
      thread: (tid) => this.#checkpoint.images.first(coreImage(tid), 'CORE'),
    };
  }

  /** As many bytes of the arguments as a core file has room for; none where their pages were not saved. */
  #arguments(process: ProcessMemory, mm: Mm): Buffer {
    const start = BigInt(mm.mm_arg_start);
    const end = BigInt(mm.mm_arg_end);
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
  *#mappedFiles({ vmas }: ProcessMemory): Generator<MappedFile, void, undefined> {
    const names = new Map<number, Buffer | undefined>();
    for (const { page, endPage, file, name, shmemPage, backing } of vmas) {
      if (backing === 'kernel') continue;
      if (file !== undefined && !names.has(file)) names.set(file, this.#nameOfFile(file));
      const known = file === undefined ? undefined : names.get(file);
      const shown = known ?? nameWithoutFile(name);
      if (shown) yield { start: page, end: endPage, offset: shmemPage, name: shown };
    }
  }

  /** The path of a regular file as the kernel shows it. */
  #nameOfFile(id: number): Buffer | undefined {
    const file = this.#checkpoint.files.get(id);
    if (!file?.entry.reg) return undefined;
    return Buffer.concat([bytesOf(file.entry.reg.name), Buffer.from(file.deleted ? DELETED : '')]);
  }

  /** The file below the sysroot that a VMA is of. One that was deleted is not there, whatever has its path now. */
  #found(id: number | undefined): FoundFile | undefined {
    const { sysroot } = this.#options;
    const file = id === undefined || !sysroot ? undefined : this.#checkpoint.files.get(id);
    return file?.entry.reg && !file.deleted ? sysroot?.find(file.entry.reg) : undefined;
  }

  *#pieces(process: ProcessMemory): Generator<Piece, void, undefined> {
    for (const piece of process.pieces(0, Infinity)) {
      if ((piece.vma.status & VMA.VSYSCALL) !== 0) continue;
      if (piece.extent?.stored === 'lazy') yield this.#lazy(process, piece);
      else if (piece.extent === undefined && piece.vma.backing === 'file') yield* this.#fromFile(piece);
      else yield piece;
    }
  }

  #lazy({ pid }: ProcessMemory, piece: Piece): Piece {
    if (this.#options.missing === 'zero') return { ...piece, extent: zeroExtent(piece.page, piece.count) };
    const address = formatAddress(addressOf(piece.page, this.#memory.pageSize));
    throw new CritError(
      'io',
      `process ${pid}: the page at ${address} was left to a lazy-pages server (--missing zero goes on without it)`,
    );
  }

  /** Pages that were not dumped because a file has them. */
  *#fromFile(piece: Piece): Generator<Piece, void, undefined> {
    const found = this.#found(piece.vma.file);
    const { pageSize } = this.#memory;
    const { page, count, vma } = piece;
    const offset = (vma.shmemPage + page - vma.page) * pageSize;
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

/** What the kernel calls memory that has a file of its own, which nobody sees. */
function nameWithoutFile(name: string): Buffer | undefined {
  const isUnnamed = name === '[shared]' || name === '/dev/zero';
  if (!isUnnamed && !name.startsWith('/memfd:') && !name.startsWith('/SYSV')) return undefined;
  return Buffer.from(`${isUnnamed ? '/dev/zero' : name}${DELETED}`);
}

function bytesOf(text: ProtoString): Buffer {
  return typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.base64, 'base64');
}
