import type { Note } from '../note.ts';
import { Struct } from '../struct.ts';
import { NT_FPREGSET, USUAL_64, registerNote, registersOf, type Machine } from './machine.ts';

const EM_S390 = 22;
const NT_S390_SYSTEM_CALL = 0x307;
const NT_S390_VXRS_LOW = 0x309;
const NT_S390_VXRS_HIGH = 0x30a;
const NT_S390_GS_CB = 0x30b;
const NT_S390_GS_BC = 0x30c;
const NT_S390_RI_CB = 0x30d;

/** The only one with the high end first; numbers in the images are numbers, so that nothing else is different. */
export const s390x: Machine = {
  ...USUAL_64,
  name: 's390x',
  elfMachine: EM_S390,
  isBigEndian: true,
  registers(thread, into) {
    const { psw_mask, psw_addr, gprs, acrs, orig_gpr2 } = registersOf(thread.ti_s390, 'ti_s390').gpregs;
    into.u64(psw_mask, psw_addr).u64List(gprs, 16, 'gprs').u32List(acrs, 16, 'acrs').u64(orig_gpr2);
  },
  notes(thread) {
    const { gpregs, fpregs, vxrs_low, vxrs_high, gs_cb, gs_bc, ri_cb } = registersOf(thread.ti_s390, 'ti_s390');
    const notes: Note[] = [];
    const add = (owner: Note['owner'], type: number, struct: Struct): void => {
      notes.push(registerNote(owner, type, struct));
    };
    add('CORE', NT_FPREGSET, bigEndian().u32(fpregs.fpc, 0).u64List(fpregs.fprs, 16, 'fprs'));
    add('LINUX', NT_S390_SYSTEM_CALL, bigEndian().u32(gpregs.system_call));
    if (vxrs_low) add('LINUX', NT_S390_VXRS_LOW, bigEndian().u64List(vxrs_low.regs, 16, 'vxrs_low.regs'));
    if (vxrs_high) add('LINUX', NT_S390_VXRS_HIGH, bigEndian().u64List(vxrs_high.regs, 32, 'vxrs_high.regs'));
    if (gs_cb) add('LINUX', NT_S390_GS_CB, bigEndian().u64List(gs_cb.regs, 4, 'gs_cb.regs'));
    if (gs_bc) add('LINUX', NT_S390_GS_BC, bigEndian().u64List(gs_bc.regs, 4, 'gs_bc.regs'));
    if (ri_cb) add('LINUX', NT_S390_RI_CB, bigEndian().u64List(ri_cb.regs, 8, 'ri_cb.regs'));
    return notes;
  },
};

function bigEndian(): Struct {
  return new Struct(true);
}
