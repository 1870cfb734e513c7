/** The floating-point and vector registers of x86 as the processor stores them. */
import type { UserX86FpregsEntry, UserX86XsaveEntry } from '../../schema/generated/messages.ts';
import type { Struct } from '../struct.ts';
import { littleEndian } from './machine.ts';

export const NT_X86_XSTATE = 0x202;

/** x87 and SSE, which every processor has. */
const X87_AND_SSE = 0x3;
/** Debuggers read here which components the area has: Linux puts XCR0 where the processor leaves room for software. */
const XCR0_OFFSET = 464;
const HEADER_OFFSET = 512;
const SMALLEST = 576;

interface Component {
  readonly field: Exclude<keyof UserX86XsaveEntry, 'xstate_bv' | 'cet' | '@unknown'>;
  readonly bit: number;
  readonly offset: number;
  readonly word: 4 | 8;
  readonly words: number;
  /** Bytes of an area that has it and none of those behind it. */
  readonly end: number;
}

/** In the order of their offsets. CRIU keeps components by name, so that Intel's offsets fit all processors. */
// prettier-ignore
const COMPONENTS: readonly Component[] = [
  { field: 'ymmh_space', bit: 0x4, offset: 576, word: 4, words: 64, end: 832 },
  { field: 'bndreg_state', bit: 0x8, offset: 960, word: 8, words: 8, end: 1088 },
  { field: 'bndcsr_state', bit: 0x10, offset: 1024, word: 8, words: 8, end: 1088 },
  { field: 'opmask_reg', bit: 0x20, offset: 1088, word: 8, words: 8, end: 2688 },
  { field: 'zmm_upper', bit: 0x40, offset: 1152, word: 8, words: 64, end: 2688 },
  { field: 'hi16_zmm', bit: 0x80, offset: 1664, word: 8, words: 128, end: 2688 },
  { field: 'pkru', bit: 0x200, offset: 2688, word: 4, words: 2, end: 2696 },
];

/** The 512 bytes of FXSAVE: struct user_i387_struct of 64-bit programs, user_fxsr_struct of 32-bit ones. */
export function fxsave(fpregs: UserX86FpregsEntry): Struct {
  const { cwd, swd, twd, fop, rip, rdp, mxcsr, mxcsr_mask, st_space, xmm_space } = fpregs;
  return littleEndian()
    .u16(cwd, swd, twd, fop)
    .u64(rip, rdp)
    .u32(mxcsr, mxcsr_mask)
    .u32List(st_space, 32, 'st_space')
    .u32List(xmm_space, 64, 'xmm_space')
    .padTo(HEADER_OFFSET);
}

/**
 * The area of XSAVE. Which components it has follows from the lists that the image has: `xstate_bv` only says which of them
 * were in use at that moment.
 */
export function xsave(fpregs: UserX86FpregsEntry): Struct {
  const state = fpregs.xsave;
  const present = COMPONENTS.filter(({ field }) => (state?.[field]?.length ?? 0) > 0);
  const xcr0 = present.reduce((bits, { bit }) => bits | bit, X87_AND_SSE);
  const legacy = fxsave(fpregs).take();
  const area = littleEndian().bytes(legacy.subarray(0, XCR0_OFFSET)).u64(xcr0).padTo(HEADER_OFFSET);
  // The FXSAVE part holds the values of x87 and SSE even where those bits are clear.
  area.u64(BigInt(state?.xstate_bv ?? 0) | BigInt(X87_AND_SSE)).padTo(SMALLEST);
  for (const { field, offset, word, words } of present) {
    area.padTo(offset);
    if (word === 4) area.u32List(state?.[field], words, field);
    else area.u64List(state?.[field], words, field);
  }
  return area.padTo(present.at(-1)?.end ?? SMALLEST);
}
