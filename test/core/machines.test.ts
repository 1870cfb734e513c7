/** The registers of each machine, as gdb reads them from core files of checkpoints with chosen values. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeFileSync } from 'node:fs';
import { CritError } from '../../src/error.ts';
import { ANON_PRIVATE, PAGE } from '../memory/build-checkpoint.ts';
import { temporary } from '../temporary.ts';
import { buildTree, distinct, distinctList, hexadecimal, type BuiltThread } from './build-process.ts';
import { coreOf } from './core-of.ts';
import { values, without } from './debugger.ts';

interface Case {
  readonly machine: string;
  readonly thread: BuiltThread;
  /** What expressions of gdb must give. */
  readonly expected: Readonly<Record<string, string>>;
  /** AT_HWCAP, from which gdb knows what the processor has. */
  readonly capabilities?: number;
}

/** Fields with different values, as a message and as expressions. */
function fields(
  names: readonly string[],
  from: number,
  spelled: (name: string) => string = (name) => name,
  bits = 64n,
): { message: Record<string, string>; expected: Record<string, string> } {
  const value = (index: number): string => String(BigInt.asUintN(Number(bits), BigInt(distinct(from + index))));
  return {
    message: Object.fromEntries(names.map((name, index) => [name, value(index)])),
    expected: Object.fromEntries(names.map((name, index) => [`$${spelled(name)}`, hexadecimal(value(index))])),
  };
}

/** Registers of a repeated field as expressions. */
function numbered(list: readonly string[], spelled: (index: number) => string): Record<string, string> {
  return Object.fromEntries(list.map((value, index) => [spelled(index), hexadecimal(value)]));
}

/** Registers that are pairs of words, the low one first, or the high one. */
function pairs(
  list: readonly string[],
  spelled: (index: number) => string,
  isHighFirst = false,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (let index = 0; 2 * index < list.length; index++) {
    const [first, second] = [BigInt(list[2 * index] ?? 0), BigInt(list[2 * index + 1] ?? 0)];
    const [low, high] = isHighFirst ? [second, first] : [first, second];
    found[spelled(index)] = hexadecimal(String((high << 64n) | low));
  }
  return found;
}

const words = (count: number, from: number): number[] =>
  Array.from({ length: count }, (_, index) => 0x51000000 + from + index);

const X86_WIDE = [
  'r15',
  'r14',
  'r13',
  'r12',
  'bp',
  'bx',
  'r11',
  'r10',
  'r9',
  'r8',
  'ax',
  'cx',
  'dx',
  'si',
  'di',
  'orig_ax',
];
const X86 = fields([...X86_WIDE, 'ip', 'sp', 'fs_base', 'gs_base'], 0, (name) => {
  if (name === 'orig_ax') return 'orig_rax';
  return name.startsWith('r') || name.endsWith('_base') ? name : `r${name}`;
});
const X86_SEGMENTS = { cs: 0x33, ss: 0x2b, ds: 0x11, es: 0x22, fs: 0x44, gs: 0x55 };
const X86_FLOAT = {
  cwd: 0x37f,
  swd: 0x3800,
  twd: 0xff,
  fop: 0x123,
  rip: '0x1122334455667788',
  rdp: '0x2233445566778899',
  mxcsr: 0x1fa0,
  mxcsr_mask: 0xffff,
  st_space: words(32, 0),
  xmm_space: words(64, 100),
};
const x87 = Object.fromEntries(
  range('st', 0, 7).map((name, index) => {
    const [low = 0, middle = 0, high = 0] = words(32, 0).slice(4 * index);
    return [`$${name}`, hexadecimal(String((BigInt(high & 0xffff) << 64n) | (BigInt(middle) << 32n) | BigInt(low)))];
  }),
);

/** Registers of four words of 32 bits each. */
function quads(list: readonly number[], spelled: (index: number) => string): Record<string, string> {
  const found: Record<string, string> = {};
  for (let index = 0; 4 * index < list.length; index++) {
    const value = list.slice(4 * index, 4 * index + 4).reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n);
    found[spelled(index)] = hexadecimal(String(value));
  }
  return found;
}

function x86(machine: string, xsave: object, expected: Readonly<Record<string, string>>): Case {
  return {
    machine,
    thread: {
      mtype: 'X86_64',
      thread_info: {
        clear_tid_addr: 0,
        gpregs: { ...X86.message, ...X86_SEGMENTS, flags: 0x246 },
        fpregs: { ...X86_FLOAT, ...xsave },
      },
    },
    expected: {
      ...X86.expected,
      ...Object.fromEntries(Object.entries(X86_SEGMENTS).map(([name, value]) => [`$${name}`, hexadecimal(value)])),
      $eflags: '0x246',
      $fctrl: '0x37f',
      $fstat: '0x3800',
      $fop: '0x123',
      $mxcsr: '0x1fa0',
      ...x87,
      ...quads(words(64, 100), (index) => `$xmm${index}.uint128`),
      ...expected,
    },
  };
}

const YMMH = { ymmh_space: words(64, 200) };
const YMMH_EXPECTED = quads(words(64, 200), (index) => `$ymm${index}.v2_int128[1]`);
const MPX = { bndreg_state: distinctList(8, 400), bndcsr_state: distinctList(2, 410) };
const AVX512 = { opmask_reg: distinctList(8, 420), zmm_upper: distinctList(64, 430), hi16_zmm: distinctList(128, 500) };
const AVX512_EXPECTED = {
  ...numbered(distinctList(8, 420), (index) => `$k${index}`),
  ...numbered(distinctList(64, 430), (index) => `$zmm${index >> 2}.v8_int64[${4 + (index & 3)}]`),
  ...numbered(distinctList(128, 500), (index) => `$zmm${16 + (index >> 3)}.v8_int64[${index & 7}]`),
};
const X86_CASES: readonly Case[] = [
  x86('x86_64 without more', {}, {}),
  x86('x86_64 with AVX', { xsave: { xstate_bv: 7, ...YMMH } }, YMMH_EXPECTED),
  x86(
    'x86_64 with MPX',
    { xsave: { xstate_bv: 0x1f, ...YMMH, ...MPX } },
    {
      ...YMMH_EXPECTED,
      '$bnd0raw.lbound': hexadecimal(distinct(400)),
      '$bndcfgu.raw': hexadecimal(distinct(410)),
    },
  ),
  x86(
    'x86_64 with AVX-512',
    { xsave: { xstate_bv: 0xe7, ...YMMH, ...AVX512 } },
    { ...YMMH_EXPECTED, ...AVX512_EXPECTED },
  ),
  x86(
    'x86_64 with AVX-512 and protection keys',
    { xsave: { xstate_bv: 0x2e7, ...YMMH, ...AVX512, pkru: [0x55555554, 0] } },
    {
      ...YMMH_EXPECTED,
      ...AVX512_EXPECTED,
      $pkru: '0x55555554',
    },
  ),
];

// A 32-bit program: the upper halves are not its own.
const I386_NAMES = ['ax', 'cx', 'dx', 'bx', 'si', 'di', 'bp', 'sp', 'ip', 'orig_ax'];
const I386 = fields(I386_NAMES, 0, (name) => (name === 'orig_ax' ? 'orig_eax' : `e${name}`), 32n);
const i386: Case = {
  machine: 'x86 in 32-bit mode',
  thread: {
    mtype: 'X86_64',
    thread_info: {
      clear_tid_addr: 0,
      gpregs: { ...X86.message, ...X86_SEGMENTS, ...I386.message, flags: 0x246, mode: 'COMPAT' },
      fpregs: { ...X86_FLOAT, xsave: { xstate_bv: 7, ...YMMH } },
    },
  },
  expected: {
    ...I386.expected,
    ...Object.fromEntries(Object.entries(X86_SEGMENTS).map(([name, value]) => [`$${name}`, hexadecimal(value)])),
    $eflags: '0x246',
    $fctrl: '0x37f',
    $mxcsr: '0x1fa0',
    ...x87,
    ...quads(words(32, 100), (index) => `$xmm${index}.uint128`),
    ...quads(words(32, 200), (index) => `$ymm${index}.v2_int128[1]`),
  },
};

const AARCH64 = fields(['sp', 'pc'], 40);
const aarch64: Case = {
  machine: 'AARCH64',
  thread: {
    mtype: 'AARCH64',
    ti_aarch64: {
      clear_tid_addr: 0,
      tls: distinct(70),
      gpregs: { regs: distinctList(31), ...AARCH64.message, pstate: 0x60001000 },
      fpsimd: { vregs: distinctList(64, 100), fpsr: 0x8000011, fpcr: 0x1000000 },
    },
  },
  expected: {
    ...numbered(distinctList(31), (index) => `$x${index}`),
    ...AARCH64.expected,
    $cpsr: '0x60001000',
    ...pairs(distinctList(64, 100), (index) => `$v${index}.q.u[0]`),
    $fpsr: '0x8000011',
    $fpcr: '0x1000000',
    $tpidr: hexadecimal(distinct(70)),
  },
};

const ARM_NAMES = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'fp', 'ip', 'sp', 'lr', 'pc'];
const ARM = fields(ARM_NAMES, 0, (name) => ({ fp: 'r11', ip: 'r12' })[name] ?? name, 31n);
const arm: Case = {
  machine: 'ARM',
  // VFP, NEON, VFPv3, 32 registers.
  capabilities: 0x83040,
  thread: {
    mtype: 'ARM',
    ti_arm: {
      clear_tid_addr: 0,
      tls: 7,
      gpregs: { ...ARM.message, cpsr: 0x60000010, orig_r0: 5 },
      fpstate: { vfp_regs: distinctList(32, 50), fpscr: 0x3000000, fpexc: 0, fpinst: 0, fpinst2: 0 },
    },
  },
  expected: {
    ...ARM.expected,
    $pc: hexadecimal(String(BigInt(ARM.message['pc'] ?? 0) & ~1n)),
    $cpsr: '0x60000010',
    ...numbered(distinctList(32, 50), (index) => `$d${index}`),
    $fpscr: '0x3000000',
  },
};

const RISCV_NAMES = [
  'pc',
  'ra',
  'sp',
  'gp',
  'tp',
  't0',
  't1',
  't2',
  's0',
  's1',
  ...range('a', 0, 7),
  ...range('s', 2, 11),
  ...range('t', 3, 6),
];
const RISCV = fields(RISCV_NAMES, 0, (name) => (name === 's0' ? 'fp' : name));
const TI_RISCV64 = {
  clear_tid_addr: 0,
  tls: 0,
  gpregs: RISCV.message,
  fpsimd: { f: distinctList(32, 60), fcsr: 0xa1 },
};
const riscv64: Case = {
  machine: 'RISCV64',
  thread: { mtype: 'RISCV64', ti_riscv64: TI_RISCV64 },
  expected: { ...RISCV.expected, ...numbered(distinctList(32, 60), (index) => `$f${index}.double`), $fcsr: '0xa1' },
};

const PPC = fields(
  ['nip', 'msr', 'orig_gpr3', 'ctr', 'link', 'trap'],
  40,
  (name) => ({ nip: 'pc', orig_gpr3: 'orig_r3', link: 'lr' })[name] ?? name,
);
const ppc64: Case = {
  machine: 'PPC64',
  thread: {
    mtype: 'PPC64',
    ti_ppc64: {
      clear_tid_addr: 0,
      gpregs: { gpr: distinctList(32), ...PPC.message, xer: 0x20000000, ccr: 0x24004842 },
      fpstate: { fpregs: distinctList(33, 60) },
      vrstate: { vrregs: distinctList(66, 100), vrsave: 0x87654321 },
      vsxstate: { vsxregs: distinctList(32, 200) },
    },
  },
  expected: {
    ...numbered(distinctList(32), (index) => `$r${index}`),
    ...PPC.expected,
    $xer: '0x20000000',
    $cr: '0x24004842',
    ...numbered(distinctList(32, 60), (index) => `$f${index}`),
    ...pairs(distinctList(64, 100), (index) => `$vr${index}.uint128`),
    $vrsave: '0x87654321',
    // The floating-point register is the upper half.
    ...Object.fromEntries(
      distinctList(32, 200).map((low, index) => [
        `$vs${index}.uint128`,
        hexadecimal(String((BigInt(distinct(60 + index)) << 64n) | BigInt(low))),
      ]),
    ),
  },
};

const s390: Case = {
  machine: 'S390',
  // Vector registers.
  capabilities: 0x800,
  thread: {
    mtype: 'S390',
    ti_s390: {
      clear_tid_addr: 0,
      gpregs: {
        psw_mask: distinct(80),
        psw_addr: distinct(81),
        gprs: distinctList(16),
        acrs: words(16, 0),
        orig_gpr2: distinct(82),
        system_call: 0x1234,
      },
      fpregs: { fpc: 0x880000, fprs: distinctList(16, 20) },
      vxrs_low: { regs: distinctList(16, 100) },
      vxrs_high: { regs: distinctList(32, 140) },
    },
  },
  expected: {
    $pswm: hexadecimal(distinct(80)),
    $pswa: hexadecimal(distinct(81)),
    ...numbered(distinctList(16), (index) => `$r${index}`),
    ...numbered(words(16, 0).map(String), (index) => `$acr${index}`),
    $orig_r2: hexadecimal(distinct(82)),
    $system_call: '0x1234',
    $fpc: '0x880000',
    ...numbered(distinctList(16, 20), (index) => `$f${index}`),
    // The floating-point register is the upper half.
    ...Object.fromEntries(
      distinctList(16, 100).map((low, index) => [
        `$v${index}.uint128`,
        hexadecimal(String((BigInt(distinct(20 + index)) << 64n) | BigInt(low))),
      ]),
    ),
    ...pairs(distinctList(32, 140), (index) => `$v${16 + index}.uint128`, true),
  },
};

const MIPS_GDB = [
  'zero',
  'at',
  'v0',
  'v1',
  ...range('a', 0, 7),
  ...range('t', 0, 3),
  ...range('s', 0, 7),
  't8',
  't9',
  'k0',
  'k1',
  'gp',
  'sp',
  's8',
  'ra',
];
const MIPS_SPECIAL = { lo: 'lo', hi: 'hi', cp0_epc: 'pc', cp0_badvaddr: 'bad', cp0_status: 'sr', cp0_cause: 'cause' };
const MIPS = fields([...range('r', 0, 31), ...Object.keys(MIPS_SPECIAL)], 0, (name) => {
  const special: Record<string, string> = MIPS_SPECIAL;
  return special[name] ?? MIPS_GDB[Number(name.slice(1))] ?? name;
});
const MIPS_FLOAT = fields(range('r', 0, 31), 60, (name) => `f${name.slice(1)}`);
const mips64: Case = {
  machine: 'MIPS',
  thread: {
    mtype: 'MIPS',
    ti_mips: {
      clear_tid_addr: 0,
      tls: 0,
      gpregs: MIPS.message,
      fpregs: { ...MIPS_FLOAT.message, lo: 0, hi: 0, fpu_fcr31: 0x1000000, fpu_id: 0x739 },
    },
  },
  expected: { ...MIPS.expected, ...MIPS_FLOAT.expected, $fsr: '0x1000000', $fir: '0x739', $zero: '0x0' },
};

function range(letter: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${letter}${first + index}`);
}

for (const { machine, thread, expected, capabilities = 0 } of [
  ...X86_CASES,
  i386,
  aarch64,
  arm,
  riscv64,
  ppc64,
  s390,
  mips64,
]) {
  test(`registers of ${machine}`, { skip: without('gdb-multiarch') }, (t) => {
    const directory = temporary(t);
    const start = 0x10000000;
    const areas = [{ start, end: start + PAGE, kind: ANON_PRIVATE }];
    const data = Buffer.alloc(PAGE, 0x5a);
    buildTree(join(directory, 'dump'), {
      processes: [{ pid: 70, areas, pages: [{ at: start, data }], auxv: [16, capabilities] }],
      threads: { 70: thread },
    });
    writeFileSync(join(directory, 'core'), coreOf(join(directory, 'dump'), 70));
    const found = values('gdb-multiarch', join(directory, 'core'), Object.keys(expected));
    assert.deepEqual(Object.fromEntries(found), expected);
  });
}

const BAD: Record<string, { thread: BuiltThread; message: RegExp }> = {
  'more values than the machine has registers': {
    thread: { mtype: 'RISCV64', ti_riscv64: { ...TI_RISCV64, fpsimd: { f: distinctList(33), fcsr: 0 } } },
    message: /^core-70\.img: f has 33 values, where the machine has 32/,
  },
  'another machine than its registers': {
    thread: { mtype: 'ARM', ti_riscv64: TI_RISCV64 },
    message: /^core-70\.img: has no registers: ti_arm is missing/,
  },
  'a machine that is not known': {
    thread: { mtype: 'UNKNOWN', ti_riscv64: TI_RISCV64 },
    message: /^core-70\.img: registers of a machine that is not known: UNKNOWN/,
  },
};

for (const [what, { thread, message }] of Object.entries(BAD)) {
  test(`an image with ${what}`, (t) => {
    const directory = join(temporary(t), 'dump');
    const areas = [{ start: 0x10000000, end: 0x10000000 + PAGE, kind: ANON_PRIVATE }];
    buildTree(directory, { processes: [{ pid: 70, areas, pages: [] }], threads: { 70: thread } });
    assert.throws(
      () => coreOf(directory, 70),
      (error) => error instanceof CritError && message.test(error.message),
    );
  });
}
