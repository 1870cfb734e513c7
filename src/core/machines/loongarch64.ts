import { NT_FPREGSET, USUAL_64, littleEndian, registerNote, registersOf, type Machine } from './machine.ts';

const EM_LOONGARCH = 258;
/** Doubles in registers, first version of the object files. */
const EF_LOONGARCH_DOUBLE_V1 = 0x43;
/** elf_gregset_t has more room than registers. */
const GENERAL = 45;

export const loongarch64: Machine = {
  ...USUAL_64,
  name: 'loongarch64',
  elfMachine: EM_LOONGARCH,
  elfFlags: EF_LOONGARCH_DOUBLE_V1,
  registers(thread, into) {
    const { regs, pc } = registersOf(thread.ti_loongarch64, 'ti_loongarch64').gpregs;
    const start = into.length;
    // The images have no orig_a0 and no badv.
    into
      .u64List(regs, 32, 'regs')
      .u64(0, pc)
      .padTo(start + 8 * GENERAL);
  },
  notes(thread) {
    const { regs, fcc, fcsr } = registersOf(thread.ti_loongarch64, 'ti_loongarch64').fpregs;
    return [registerNote('CORE', NT_FPREGSET, littleEndian().u64List(regs, 32, 'regs').u64(fcc).u32(fcsr).align(8))];
  },
};
