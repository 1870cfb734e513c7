/** Notes that every core file has, whatever the processor. Source of the layouts: the kernel's elfcore.h, procfs.h, binfmt_elf.c. */
import { coreImage } from '../checkpoint/process.ts';
import { placed } from '../error.ts';
import type { CoreEntry, SignalQueueEntry, TaskCoreEntry } from '../schema/generated/messages.ts';
import type { CoreProcess } from './core-process.ts';
import { NT_FPREGSET } from './machines/machine.ts';
import type { Note } from './note.ts';
import { Struct } from './struct.ts';

const NT_PRSTATUS = 1;
const NT_PRPSINFO = 3;
const NT_AUXV = 6;
const NT_SIGINFO = 0x53494749;
const NT_FILE = 0x46494c45;

const SIGINFO_BYTES = 128;
const NAME_BYTES = 16;
/** Of the arguments, as much as ps shows in a line. */
export const ARGUMENT_BYTES = 80;
const MOST_SIGNALS = 64;

/** All notes of a process: those of the main thread, among them those of the whole process, and then thread by thread. */
export function* notesOf(process: CoreProcess): Generator<Note, void, undefined> {
  for (const tid of process.threads) {
    const isMain = tid === process.pid;
    const thread = isMain ? process.main : process.thread(tid);
    const [status, ...registers] = threadNotes(process, tid, thread);
    yield status;
    if (isMain) yield prpsinfo(process);
    // CRIU stops threads without a signal.
    yield { owner: 'CORE', type: NT_SIGINFO, content: Buffer.alloc(SIGINFO_BYTES) };
    if (isMain) {
      yield auxv(process);
      yield* fileNotes(process);
    }
    yield* registers;
  }
}

/** The status of a thread, with its general registers, and its other registers. */
function threadNotes(process: CoreProcess, tid: number, thread: CoreEntry): [status: Note, ...registers: Note[]] {
  try {
    const registers = process.machine.notes(thread);
    return [prstatus(process, tid, thread, registers), ...registers];
  } catch (error) {
    throw placed(error, { image: coreImage(tid) });
  }
}

/** struct elf_prstatus. */
function prstatus(process: CoreProcess, tid: number, thread: CoreEntry, others: readonly Note[]): Note {
  const { machine, ppid, pgid, sid } = process;
  const { is64Bit, isBigEndian } = machine;
  const struct = new Struct(isBigEndian);
  // Older images have the blocked signals of the main thread elsewhere.
  const blocked = thread.thread_core?.blk_sigset ?? thread.tc?.blk_sigset ?? 0;
  const sets = [pendingSignals(thread, isBigEndian), BigInt(blocked)];
  struct.padTo(16);
  if (is64Bit) struct.u64(...sets);
  else struct.u32(...sets);
  // The four times are not in the images.
  struct.u32(tid, ppid, pgid, sid).padTo(is64Bit ? 112 : 72);
  machine.registers(thread, struct);
  const hasFloatingPoint = others.some(({ owner, type }) => owner === 'CORE' && type === NT_FPREGSET);
  struct.u32(hasFloatingPoint ? 1 : 0);
  return { owner: 'CORE', type: NT_PRSTATUS, content: struct.align(is64Bit ? 8 : 4).take() };
}

/** Signals that wait for a thread, and with the main thread those for the whole process, as a set. */
function pendingSignals({ tc, thread_core }: CoreEntry, isBigEndian: boolean): bigint {
  return signalSet(thread_core?.signals_p, isBigEndian) | signalSet(tc?.signals_s, isBigEndian);
}

function signalSet(queue: SignalQueueEntry | undefined, isBigEndian: boolean): bigint {
  let set = 0n;
  for (const { siginfo } of queue?.signals ?? []) {
    const bytes = Buffer.from(siginfo, 'base64');
    if (bytes.length < 4) continue;
    const number = isBigEndian ? bytes.readInt32BE(0) : bytes.readInt32LE(0);
    if (number >= 1 && number <= MOST_SIGNALS) set |= 1n << BigInt(number - 1);
  }
  return set;
}

/** struct elf_prpsinfo. */
function prpsinfo({ machine, main, pid, ppid, pgid, sid, name, args, user }: CoreProcess): Note {
  const struct = new Struct(machine.isBigEndian);
  const { number, letter } = stateOf(main.tc);
  struct.u8(number, letter.charCodeAt(0), letter === 'Z' ? 1 : 0, main.thread_core?.sched_nice ?? 0);
  const flags = main.tc?.flags ?? 0;
  if (machine.is64Bit) struct.align(8).u64(flags);
  else struct.u32(flags);
  if (machine.hasShortIds) struct.u16(user.uid, user.gid);
  else struct.u32(user.uid, user.gid);
  struct.u32(pid, ppid, pgid, sid).text(name, NAME_BYTES);
  // Spaces where one ends, as ps shows them.
  const line = Buffer.from(args.subarray(0, ARGUMENT_BYTES).map((byte) => (byte === 0 ? 0x20 : byte)));
  struct.text(line, ARGUMENT_BYTES);
  return { owner: 'CORE', type: NT_PRPSINFO, content: struct.take() };
}

const STOPPED = 3;
const DEAD = 2;

/** The kernel's number and ps' letter. What ran and what slept look the same in the images. */
function stateOf(task: TaskCoreEntry | undefined): { number: number; letter: string } {
  switch (task?.task_state) {
    case STOPPED:
      return { number: 3, letter: 'T' };
    case DEAD:
      return { number: 4, letter: 'Z' };
    default:
      return { number: 1, letter: 'S' };
  }
}

/** Types and values, and AT_NULL at their end, which the images may have or not. */
function auxv({ machine, mm }: CoreProcess): Note {
  const struct = new Struct(machine.isBigEndian);
  const words = mm.mm_saved_auxv ?? [];
  const perPair = machine.is64Bit || machine.auxvWord === 4 ? 2 : 1;
  for (let index = 0; index < words.length; index += perPair) {
    const pair = words.slice(index, index + perPair);
    if (pair.every((word) => Number(word) === 0)) break;
    if (machine.auxvWord === 8) struct.u64(...pair);
    else struct.u32(...pair);
  }
  struct.padTo(struct.length + (machine.is64Bit ? 16 : 8));
  return { owner: 'CORE', type: NT_AUXV, content: struct.take() };
}

/** Which parts of which files are mapped where; nothing where there are none. */
function* fileNotes({ machine, files, pageSize }: CoreProcess): Generator<Note, void, undefined> {
  const places = new Struct(machine.isBigEndian);
  const names = new Struct(machine.isBigEndian);
  const words = (struct: Struct, ...values: readonly (bigint | number)[]): Struct =>
    machine.is64Bit ? struct.u64(...values) : struct.u32(...values);
  const size = BigInt(pageSize);
  let count = 0;
  for (const { start, end, offset, name } of files()) {
    words(places, BigInt(start) * size, BigInt(end) * size, offset);
    names.bytes(name).u8(0);
    count++;
  }
  if (count === 0) return;
  const struct = words(new Struct(machine.isBigEndian), count, size);
  yield { owner: 'CORE', type: NT_FILE, content: struct.bytes(places.take()).bytes(names.take()).take() };
}
