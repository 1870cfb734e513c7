/** A process of a checkpoint. Its numbers are there; everything else is read from its images when it is asked for, and not kept. */
import { dictName } from '../schema/display.ts';
import type { CoreEntry, CredsEntry, FdinfoEntry, FsEntry, TaskKobjIdsEntry } from '../schema/generated/messages.ts';
import type { ImageDirectory } from './image-directory.ts';
import { readMm, type Mm } from './mm.ts';
import { textOf } from './text.ts';

const DEAD = 2;
const ZOMBIE = 6;

/** What pstree.img says of a process. */
export interface ProcessNumbers {
  readonly pid: number;
  /** 0 where it is the root of the tree. */
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  /** The ids of its threads, the main thread among them; noise where nothing but the exit code is left of it. */
  readonly threads?: readonly number[];
}

/** A thread. */
export interface Thread {
  readonly tid: number;
  readonly comm: string;
  /** Its whole entry: registers are in `thread_info` or `ti_*`, by `mtype`. */
  readonly core: CoreEntry;
}

/** What is kept of a core image. */
interface Facts {
  readonly comm: string;
  readonly state: string;
  readonly isGone: boolean;
}

export class Process {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  readonly threads: readonly number[];
  /** Whether there is no pstree.img that tells of it, so that its pid is all that is known. */
  readonly isPidOnly: boolean;
  readonly #images: ImageDirectory;
  #facts: Facts | undefined;

  constructor(
    images: ImageDirectory,
    { pid, ppid, pgid, sid, threads = [] }: ProcessNumbers,
    isPidOnly: boolean = false,
  ) {
    this.#images = images;
    this.pid = pid;
    this.ppid = ppid;
    this.pgid = pgid;
    this.sid = sid;
    this.threads = threads;
    this.isPidOnly = isPidOnly;
  }

  /** Its name, as the kernel has it; empty in a pre-dump. Throws a CritError where core-PID.img is missing or damaged. */
  get comm(): string {
    return this.#known().comm;
  }

  /** Alive, Dead, Stopped, Zombie, or a number. */
  get state(): string {
    return this.#known().state;
  }

  /** Whether nothing but its exit code is left of it, so that it has neither memory nor files. */
  get isGone(): boolean {
    return this.#known().isGone;
  }

  /** Whether core-PID.img is there: it is not in a pre-dump. */
  get hasCore(): boolean {
    return this.#images.has(coreImage(this.pid));
  }

  readCore(): CoreEntry {
    return this.#images.first(coreImage(this.pid), 'CORE');
  }

  /** Its threads; none where it is gone. */
  *readThreads(): Generator<Thread, void, undefined> {
    if (this.isGone) return;
    for (const tid of this.threads) {
      const core = this.#images.first(coreImage(tid), 'CORE');
      const comm = core.thread_core?.comm ?? core.tc?.comm;
      yield { tid, comm: comm === undefined ? this.comm : textOf(comm), core };
    }
  }

  /** The ids of what it may share with others; undefined where it has none. */
  readIds(): TaskKobjIdsEntry | undefined {
    return this.#images.firstIfThere(`ids-${this.pid}.img`, 'IDS') ?? this.readCore().ids;
  }

  /** The credentials of its main thread. */
  readCredentials(): CredsEntry | undefined {
    return this.readCore().thread_core?.creds ?? this.#images.firstIfThere(`creds-${this.pid}.img`, 'CREDS');
  }

  /** Its memory, but for VMAs and contents; undefined where it has none. */
  readMm(): Mm | undefined {
    return readMm(this.#images, this.pid);
  }

  /** The ids of its working directory and its root; undefined where it has none. */
  readFs(): FsEntry | undefined {
    return this.#images.firstIfThere(`fs-${this.pid}.img`, 'FS');
  }

  /** The image of its descriptors; undefined where it has none. */
  fdinfoImage(): string | undefined {
    const id = this.readIds()?.files_id;
    // Before ids, the image was named by the process.
    return [`fdinfo-${id}.img`, `fdinfo-${this.pid}.img`].find((name) => this.#images.has(name));
  }

  /** Its descriptors, in the order of their image; the id of each is that of an open file. */
  *readDescriptors(): Generator<FdinfoEntry, void, undefined> {
    const image = this.fdinfoImage();
    if (image !== undefined) yield* this.#images.entries(image, 'FDINFO');
  }

  #known(): Facts {
    return (this.#facts ??= this.#readFacts());
  }

  #readFacts(): Facts {
    const tc = this.isPidOnly && !this.hasCore ? undefined : this.readCore().tc;
    if (!tc) return { comm: '', state: '', isGone: false };
    const { comm, task_state } = tc;
    return {
      comm: textOf(comm),
      state: dictName('gen', 'task_state', task_state) ?? String(task_state),
      isGone: task_state === ZOMBIE || task_state === DEAD,
    };
  }
}

/** The image of a thread. */
export function coreImage(tid: number): string {
  return `core-${tid}.img`;
}
