import type { UserRiscv64RegsEntry } from '../../schema/generated/messages.ts';
import { NT_FPREGSET, USUAL_64, littleEndian, registerNote, registersOf, type Machine } from './machine.ts';

const EM_RISCV = 243;
/** Compressed instructions, doubles in registers: what Linux distributions are built for. */
const EF_RISCV_RVC_FLOAT_DOUBLE = 5;

/** struct user_regs_struct. */
// prettier-ignore
const REGISTERS = [
  'pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', 'a0', 'a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7',
  's2', 's3', 's4', 's5', 's6', 's7', 's8', 's9', 's10', 's11', 't3', 't4', 't5', 't6',
] as const satisfies readonly (keyof UserRiscv64RegsEntry)[];

export const riscv64: Machine = {
  ...USUAL_64,
  name: 'riscv64',
  elfMachine: EM_RISCV,
  elfFlags: EF_RISCV_RVC_FLOAT_DOUBLE,
  registers(thread, into) {
    const { gpregs } = registersOf(thread.ti_riscv64, 'ti_riscv64');
    into.u64(...REGISTERS.map((name) => gpregs[name]));
  },
  notes(thread) {
    const { f, fcsr } = registersOf(thread.ti_riscv64, 'ti_riscv64').fpsimd;
    return [registerNote('CORE', NT_FPREGSET, littleEndian().u64List(f, 32, 'f').u32(fcsr).align(8))];
  },
};
