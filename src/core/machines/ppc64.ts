import type {
  UserPpc64FpstateEntry,
  UserPpc64RegsEntry,
  UserPpc64VrstateEntry,
  UserPpc64VsxstateEntry,
} from '../../schema/generated/messages.ts';
import type { Note } from '../note.ts';
import type { Struct } from '../struct.ts';
import { NT_FPREGSET, USUAL_64, littleEndian, registerNote, registersOf, type Machine } from './machine.ts';

const EM_PPC64 = 21;
const ABI_V2 = 2;
const NT_PPC_VMX = 0x100;
const NT_PPC_VSX = 0x102;
const NT_PPC_TM_SPR = 0x10c;
/** The registers that a suspended transaction would go back to. */
const NT_PPC_TM_CGPR = 0x108;
const NT_PPC_TM_CFPR = 0x109;
const NT_PPC_TM_CVMX = 0x10a;
const NT_PPC_TM_CVSX = 0x10b;

/** elf_gregset_t has more room than registers. */
const GENERAL = 48;

export const ppc64: Machine = {
  ...USUAL_64,
  name: 'ppc64le',
  elfMachine: EM_PPC64,
  elfFlags: ABI_V2,
  registers(thread, into) {
    general(registersOf(thread.ti_ppc64, 'ti_ppc64').gpregs, into);
  },
  notes(thread) {
    const { fpstate, vrstate, vsxstate, tmstate } = registersOf(thread.ti_ppc64, 'ti_ppc64');
    const notes: Note[] = [];
    if (fpstate) notes.push(registerNote('CORE', NT_FPREGSET, floating(fpstate)));
    if (vrstate) notes.push(registerNote('LINUX', NT_PPC_VMX, vector(vrstate)));
    if (vsxstate) notes.push(registerNote('LINUX', NT_PPC_VSX, halves(vsxstate)));
    if (!tmstate) return notes;
    const saved = littleEndian();
    general(tmstate.gpregs, saved);
    notes.push(registerNote('LINUX', NT_PPC_TM_CGPR, saved));
    if (tmstate.fpstate) notes.push(registerNote('LINUX', NT_PPC_TM_CFPR, floating(tmstate.fpstate)));
    if (tmstate.vrstate) notes.push(registerNote('LINUX', NT_PPC_TM_CVMX, vector(tmstate.vrstate)));
    if (tmstate.vsxstate) notes.push(registerNote('LINUX', NT_PPC_TM_CVSX, halves(tmstate.vsxstate)));
    const { tfhar = 0, texasr = 0, tfiar = 0 } = tmstate.gpregs;
    notes.push(registerNote('LINUX', NT_PPC_TM_SPR, littleEndian().u64(tfhar, texasr, tfiar)));
    return notes;
  },
};

/** struct pt_regs. The images have no softe, dar, dsisr and result. */
function general(registers: UserPpc64RegsEntry, into: Struct): void {
  const { gpr, nip, msr, orig_gpr3, ctr, link, xer, ccr, trap } = registers;
  const start = into.length;
  into.u64List(gpr, 32, 'gpr').u64(nip, msr, orig_gpr3, ctr, link, xer, ccr, 0, trap);
  into.padTo(start + 8 * GENERAL);
}

function floating({ fpregs }: UserPpc64FpstateEntry): Struct {
  return littleEndian().u64List(fpregs, 33, 'fpregs');
}

/** The list holds 32 registers and vscr, as pairs. */
function vector({ vrregs, vrsave }: UserPpc64VrstateEntry): Struct {
  return littleEndian().u64List(vrregs, 66, 'vrregs').u32(vrsave).align(16);
}

function halves({ vsxregs }: UserPpc64VsxstateEntry): Struct {
  return littleEndian().u64List(vsxregs, 32, 'vsxregs');
}
