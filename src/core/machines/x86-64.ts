import type { CoreEntry, UserX86RegsEntry } from '../../schema/generated/messages.ts';
import type { Note } from '../note.ts';
import { NT_FPREGSET, USUAL_64, littleEndian, registerNote, registersOf, type Machine } from './machine.ts';
import { NT_X86_XSTATE, fxsave, xsave } from './x86-xsave.ts';

const EM_X86_64 = 62;
const NT_X86_SHSTK = 0x204;

/** struct user_regs_struct. */
// prettier-ignore
const REGISTERS = [
  'r15', 'r14', 'r13', 'r12', 'bp', 'bx', 'r11', 'r10', 'r9', 'r8', 'ax', 'cx', 'dx', 'si', 'di', 'orig_ax',
  'ip', 'cs', 'flags', 'sp', 'ss', 'fs_base', 'gs_base', 'ds', 'es', 'fs', 'gs',
] as const satisfies readonly (keyof UserX86RegsEntry)[];

export const x86_64: Machine = {
  ...USUAL_64,
  name: 'x86_64',
  elfMachine: EM_X86_64,
  registers(thread, into) {
    const { gpregs } = registersOf(thread.thread_info, 'thread_info');
    into.u64(...REGISTERS.map((name) => gpregs[name]));
  },
  notes: x86Notes,
};

function x86Notes({ thread_info }: CoreEntry): Note[] {
  const { fpregs } = registersOf(thread_info, 'thread_info');
  const notes = [
    registerNote('CORE', NT_FPREGSET, fxsave(fpregs)),
    registerNote('LINUX', NT_X86_XSTATE, xsave(fpregs)),
  ];
  const shadow = fpregs.xsave?.cet;
  // The kernel has this note where the shadow stack is in use.
  if (shadow && BigInt(shadow.cet) !== 0n)
    notes.push(registerNote('LINUX', NT_X86_SHSTK, littleEndian().u64(shadow.ssp)));
  return notes;
}
