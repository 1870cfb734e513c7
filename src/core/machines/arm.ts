import type { UserArmRegsEntry } from '../../schema/generated/messages.ts';
import { littleEndian, registerNote, registersOf, type Machine } from './machine.ts';

const EM_ARM = 40;
const EF_ARM_EABI_VER5 = 0x5000000;
const NT_ARM_VFP = 0x400;

/** struct pt_regs. */
// prettier-ignore
const REGISTERS = [
  'r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'fp', 'ip', 'sp', 'lr', 'pc', 'cpsr', 'orig_r0',
] as const satisfies readonly (keyof UserArmRegsEntry)[];

export const arm: Machine = {
  name: 'arm',
  elfMachine: EM_ARM,
  elfFlags: EF_ARM_EABI_VER5,
  is64Bit: false,
  isBigEndian: false,
  hasShortIds: true,
  auxvWord: 4,
  registers(thread, into) {
    const { gpregs } = registersOf(thread.ti_arm, 'ti_arm');
    into.u32(...REGISTERS.map((name) => gpregs[name]));
  },
  notes(thread) {
    const { vfp_regs, fpscr } = registersOf(thread.ti_arm, 'ti_arm').fpstate;
    return [registerNote('LINUX', NT_ARM_VFP, littleEndian().u64List(vfp_regs, 32, 'vfp_regs').u32(fpscr))];
  },
};
