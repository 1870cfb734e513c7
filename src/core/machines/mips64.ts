import type { UserMipsFpregsEntry, UserMipsRegsEntry } from '../../schema/generated/messages.ts';
import { NT_FPREGSET, USUAL_64, littleEndian, registerNote, registersOf, type Machine } from './machine.ts';

const EM_MIPS = 8;
/** elf_gregset_t has more room than registers. */
const GENERAL = 45;

// prettier-ignore
const NUMBERED = [
  'r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15',
  'r16', 'r17', 'r18', 'r19', 'r20', 'r21', 'r22', 'r23', 'r24', 'r25', 'r26', 'r27', 'r28', 'r29', 'r30', 'r31',
] as const satisfies readonly (keyof UserMipsRegsEntry & keyof UserMipsFpregsEntry)[];

const SPECIAL = [
  'lo',
  'hi',
  'cp0_epc',
  'cp0_badvaddr',
  'cp0_status',
  'cp0_cause',
] as const satisfies readonly (keyof UserMipsRegsEntry)[];

/** CRIU knows the little-endian ones. */
export const mips64: Machine = {
  ...USUAL_64,
  name: 'mips64',
  elfMachine: EM_MIPS,
  registers(thread, into) {
    const { gpregs } = registersOf(thread.ti_mips, 'ti_mips');
    const start = into.length;
    into.u64(...[...NUMBERED, ...SPECIAL].map((name) => gpregs[name])).padTo(start + 8 * GENERAL);
  },
  notes(thread) {
    const { fpregs } = registersOf(thread.ti_mips, 'ti_mips');
    const struct = littleEndian().u64(...NUMBERED.map((name) => fpregs[name]));
    return [registerNote('CORE', NT_FPREGSET, struct.u32(fpregs.fpu_fcr31, fpregs.fpu_id))];
  },
};
