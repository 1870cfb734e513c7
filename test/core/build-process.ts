/** Checkpoints of processes with chosen registers. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildImage } from '../build-image.ts';
import { buildCheckpoint, type BuiltCheckpoint } from '../memory/build-checkpoint.ts';
import { encodeWithOracle } from '../oracle.ts';

/** A core_entry without what belongs to the process. */
export type BuiltThread = Readonly<Record<string, unknown>>;

export interface BuiltTree extends BuiltCheckpoint, BuiltThreads {}

export interface BuiltThreads {
  /** Entries of the threads by their numbers, and of main threads by the numbers of their processes. */
  readonly threads: Readonly<Record<number, BuiltThread>>;
  /** The numbers of a process's other threads. */
  readonly others?: Readonly<Record<number, readonly number[]>>;
}

/** Writes a checkpoint in which all processes are alive. */
export function buildTree(directory: string, built: BuiltTree): string {
  return addThreads(buildCheckpoint(directory, built), built.processes, built);
}

/** Adds the tree of processes and their threads to a checkpoint. */
export function addThreads(
  directory: string,
  processes: readonly { readonly pid: number; readonly name?: string }[],
  { threads, others = {} }: BuiltThreads,
): string {
  const write = (name: string, bytes: Uint8Array): void => writeFileSync(join(directory, name), bytes);
  const entries = processes.map(({ pid }) => {
    return encodeWithOracle('pstree_entry', { pid, ppid: 1, pgid: 2, sid: 3, threads: [pid, ...(others[pid] ?? [])] });
  });
  write('pstree.img', buildImage('PSTREE', entries));
  for (const [tid, thread] of Object.entries(threads)) {
    const process = processes.find(({ pid }) => pid === Number(tid));
    const task = { task_state: 1, exit_code: 0, personality: 0, flags: 0x400040, blk_sigset: 0 };
    const tc = process && { tc: { ...task, comm: process.name ?? 'built' } };
    write(`core-${tid}.img`, buildImage('CORE', [encodeWithOracle('core_entry', { ...thread, ...tc })]));
  }
  return directory;
}

const X86_REGISTERS =
  'r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax ip cs flags sp ss fs_base gs_base ds es fs gs';
const NO_FLOATS = { cwd: 0, swd: 0, twd: 0, fop: 0, rip: 0, rdp: 0, mxcsr: 0, mxcsr_mask: 0 };

/** A thread of x86_64, zero but for some registers. */
export function x86Thread(registers: Readonly<Record<string, unknown>> = {}): BuiltThread {
  const zeros = Object.fromEntries(X86_REGISTERS.split(' ').map((name) => [name, 0]));
  return { mtype: 'X86_64', thread_info: { clear_tid_addr: 0, gpregs: { ...zeros, ...registers }, fpregs: NO_FLOATS } };
}

/** Values that are different from one another in each of their halves. */
export function distinct(index: number): string {
  return String((BigInt(0x1000 + index) << 48n) | (BigInt(0x20000000 + index) << 16n) | BigInt(0x3000 + index));
}

export function distinctList(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => distinct(from + index));
}

export function hexadecimal(value: string | number): string {
  return `0x${BigInt(value).toString(16)}`;
}
