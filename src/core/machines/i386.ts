/** 32-bit programs on x86_64: the registers have the same names in the image, and half of their bits count. */
import type { CoreEntry, UserDescT, UserX86FpregsEntry, UserX86RegsEntry } from '../../schema/generated/messages.ts';
import type { Note } from '../note.ts';
import type { Struct } from '../struct.ts';
import { NT_FPREGSET, littleEndian, registerNote, registersOf, type Machine } from './machine.ts';
import { NT_X86_XSTATE, fxsave, xsave } from './x86-xsave.ts';

const EM_386 = 3;
const NT_PRXFPREG = 0x46e62b7f;
const NT_386_TLS = 0x200;

/** struct user_regs_struct32. */
// prettier-ignore
const REGISTERS = [
  'bx', 'cx', 'dx', 'si', 'di', 'bp', 'ax', 'ds', 'es', 'fs', 'gs', 'orig_ax', 'ip', 'cs', 'flags', 'sp', 'ss',
] as const satisfies readonly (keyof UserX86RegsEntry)[];

export const i386: Machine = {
  name: 'i386',
  elfMachine: EM_386,
  elfFlags: 0,
  is64Bit: false,
  isBigEndian: false,
  hasShortIds: true,
  // CRIU reads the vector of any program in words of 8 bytes, two of its own in each.
  auxvWord: 8,
  registers(thread, into) {
    const { gpregs } = registersOf(thread.thread_info, 'thread_info');
    into.u32(...REGISTERS.map((name) => gpregs[name]));
  },
  notes({ thread_info }: CoreEntry): Note[] {
    const { fpregs, tls = [] } = registersOf(thread_info, 'thread_info');
    const notes = [
      registerNote('CORE', NT_FPREGSET, fsave(fpregs)),
      registerNote('LINUX', NT_PRXFPREG, fxsave(fpregs)),
      registerNote('LINUX', NT_X86_XSTATE, xsave(fpregs)),
    ];
    if (tls.length > 0) notes.push(registerNote('LINUX', NT_386_TLS, descriptors(tls)));
    return notes;
  },
};

/** struct user_i387_ia32_struct: the x87 registers as FSAVE stores them, 10 bytes each. */
function fsave({ cwd, swd, twd, fop, rip, rdp, st_space = [] }: UserX86FpregsEntry): Struct {
  const registers = littleEndian().u32List(st_space, 32, 'st_space').take();
  const tags = tagWord(twd, (swd >>> 11) & 7, registers);
  const struct = littleEndian().u32(0xffff0000 | cwd, 0xffff0000 | swd, 0xffff0000 | tags);
  // The segments are in the upper halves of the pointers.
  const [code, data] = [BigInt(rip), BigInt(rdp)];
  struct.u32(code, ((code >> 32n) & 0xffffn) | (BigInt(fop) << 16n), data, 0xffff0000n | ((data >> 32n) & 0xffffn));
  for (let index = 0; index < 8; index++) struct.bytes(registers.subarray(16 * index, 16 * index + 10));
  return struct;
}

const VALID = 0;
const ZERO = 1;
const SPECIAL = 2;
const EMPTY = 3;

/** Two bits for each register, of which FXSAVE has one: whether it is empty. */
function tagWord(twd: number, top: number, registers: Buffer): number {
  let tags = 0;
  for (let physical = 0; physical < 8; physical++) {
    const isUsed = (twd & (1 << physical)) !== 0;
    tags |= (isUsed ? tagOf(registers, 16 * ((physical - top) & 7)) : EMPTY) << (2 * physical);
  }
  return tags;
}

function tagOf(registers: Buffer, offset: number): number {
  const significand = registers.readBigUInt64LE(offset);
  const exponent = registers.readUInt16LE(offset + 8) & 0x7fff;
  if (exponent === 0) return significand === 0n ? ZERO : SPECIAL;
  return exponent === 0x7fff || significand >> 63n === 0n ? SPECIAL : VALID;
}

/** struct user_desc, for each entry. */
function descriptors(tls: readonly UserDescT[]): Struct {
  const struct = littleEndian();
  for (const each of tls) {
    const bits = [
      each.seg_32bit,
      each.contents_l,
      each.contents_h,
      each.read_exec_only,
      each.limit_in_pages,
      each.seg_not_present,
      each.usable,
    ];
    const flags = bits.reduce((sum, isSet, bit) => sum | (isSet ? 1 << bit : 0), 0);
    struct.u32(each.entry_number, each.base_addr, each.limit, flags);
  }
  return struct;
}
