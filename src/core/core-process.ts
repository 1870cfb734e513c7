import type { CoreEntry, Int64, MmEntry } from '../schema/generated/messages.ts';
import type { Machine } from './machines/machine.ts';

/** A process as a core file shows it. */
export interface CoreProcess {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly sid: number;
  /** The main thread first. */
  readonly threads: readonly number[];
  readonly machine: Machine;
  readonly main: CoreEntry;
  readonly mm: MmEntry;
  readonly name: Buffer;
  /** Arguments with zero bytes between them, as far as they are known. */
  readonly args: Buffer;
  readonly user: { readonly uid: Int64; readonly gid: Int64 };
  readonly pageSize: number;
  /** What is mapped, in the order of the addresses; read anew with each call, since there can be a great many. */
  readonly files: () => Iterable<MappedFile>;
  /** Reads the image of a thread. */
  thread(tid: number): CoreEntry;
}

/** A file that is mapped, in pages. */
export interface MappedFile {
  readonly start: number;
  readonly end: number;
  readonly offset: number;
  readonly name: Buffer;
}
