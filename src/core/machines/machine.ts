/** What of a core file depends on the kind of processor. */
import { CritError } from '../../error.ts';
import type { CoreEntry } from '../../schema/generated/messages.ts';
import type { Note } from '../note.ts';
import { Struct } from '../struct.ts';

export interface Machine {
  /** As the kernel calls it: uname(1). */
  readonly name: string;
  /** EM_*, and the flags that belong to it. */
  readonly elfMachine: number;
  readonly elfFlags: number;
  readonly is64Bit: boolean;
  readonly isBigEndian: boolean;
  /** Whether user ids in its structures have 16 bits. */
  readonly hasShortIds: boolean;
  /** Bytes of a word of the auxiliary vector as CRIU saved it: two words of a 32-bit program can be in one. */
  readonly auxvWord: 4 | 8;
  /** Writes pr_reg: the general registers. */
  registers(thread: CoreEntry, into: Struct): void;
  /** Other registers, in the order of the kernel's notes. */
  notes(thread: CoreEntry): Note[];
}

/** What most have. */
export const USUAL_64 = {
  elfFlags: 0,
  is64Bit: true,
  isBigEndian: false,
  hasShortIds: false,
  auxvWord: 8,
} as const;

/** Floating-point registers: NT_PRFPREG. */
export const NT_FPREGSET = 2;

/** Registers of a thread, which the image of a machine must have. */
export function registersOf<T>(info: T | undefined, field: string): T {
  if (info === undefined) throw new CritError('format', `has no registers: ${field} is missing`);
  return info;
}

/** Makes a note of registers. */
export function registerNote(owner: Note['owner'], type: number, struct: Struct): Note {
  return { owner, type, content: struct.take() };
}

/** A structure of a machine with the low end first, as most are. */
export function littleEndian(): Struct {
  return new Struct(false);
}
