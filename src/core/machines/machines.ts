import { CritError } from '../../error.ts';
import type { CoreEntry } from '../../schema/generated/messages.ts';
import { aarch64 } from './aarch64.ts';
import { arm } from './arm.ts';
import { i386 } from './i386.ts';
import { loongarch64 } from './loongarch64.ts';
import type { Machine } from './machine.ts';
import { mips64 } from './mips64.ts';
import { ppc64 } from './ppc64.ts';
import { riscv64 } from './riscv64.ts';
import { s390x } from './s390x.ts';
import { x86_64 } from './x86-64.ts';

const MACHINES: Readonly<Record<string, Machine>> = {
  X86_64: x86_64,
  ARM: arm,
  AARCH64: aarch64,
  PPC64: ppc64,
  S390: s390x,
  MIPS: mips64,
  LOONGARCH64: loongarch64,
  RISCV64: riscv64,
};

/** The kind of processor that a process ran on. Throws a CritError, which names the image, where it is none that is known. */
export function machineOf(mainThread: CoreEntry, image: string): Machine {
  const { mtype, thread_info } = mainThread;
  if (mtype === 'X86_64' && thread_info?.gpregs.mode === 'COMPAT') return i386;
  const machine = Object.hasOwn(MACHINES, mtype) ? MACHINES[mtype] : undefined;
  if (!machine) throw new CritError('format', `registers of a machine that is not known: ${mtype}`, { image });
  return machine;
}
