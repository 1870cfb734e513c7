import { NT_FPREGSET, USUAL_64, littleEndian, registerNote, registersOf, type Machine } from './machine.ts';

const EM_AARCH64 = 183;
const NT_ARM_TLS = 0x401;
const NT_ARM_PACA_KEYS = 0x407;
const NT_ARM_PACG_KEYS = 0x408;
const NT_ARM_PAC_ENABLED_KEYS = 0x40a;

export const aarch64: Machine = {
  ...USUAL_64,
  name: 'aarch64',
  elfMachine: EM_AARCH64,
  registers(thread, into) {
    const { regs, sp, pc, pstate } = registersOf(thread.ti_aarch64, 'ti_aarch64').gpregs;
    into.u64List(regs, 31, 'regs').u64(sp, pc, pstate);
  },
  notes(thread) {
    const { fpsimd, tls, pac_keys } = registersOf(thread.ti_aarch64, 'ti_aarch64');
    const { vregs, fpsr, fpcr } = fpsimd;
    const notes = [
      registerNote('CORE', NT_FPREGSET, littleEndian().u64List(vregs, 64, 'vregs').u32(fpsr, fpcr).align(16)),
      registerNote('LINUX', NT_ARM_TLS, littleEndian().u64(tls)),
    ];
    const address = pac_keys?.pac_address_keys;
    if (address) {
      const keys = littleEndian()
        .u64(address.apiakey_lo, address.apiakey_hi, address.apibkey_lo, address.apibkey_hi)
        .u64(address.apdakey_lo, address.apdakey_hi, address.apdbkey_lo, address.apdbkey_hi);
      notes.push(
        registerNote('LINUX', NT_ARM_PACA_KEYS, keys),
        registerNote('LINUX', NT_ARM_PAC_ENABLED_KEYS, littleEndian().u64(address.pac_enabled_key)),
      );
    }
    const generic = pac_keys?.pac_generic_keys;
    if (generic) {
      notes.push(registerNote('LINUX', NT_ARM_PACG_KEYS, littleEndian().u64(generic.apgakey_lo, generic.apgakey_hi)));
    }
    return notes;
  },
};
