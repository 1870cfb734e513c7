/**
 * Instructions of x86 that CRIU compares, by the word and bit that an image has them in, and the names of /proc/cpuinfo. The words
 * are those of CPUID in CRIU's order; what the kernel may hide from /proc/cpuinfo while the processor has it is left out.
 */
// prettier-ignore
export const INSTRUCTIONS: readonly (readonly [word: number, bit: number, flag: string])[] = [
  [0, 0, 'fpu'], [0, 4, 'tsc'], [0, 8, 'cx8'], [0, 15, 'cmov'], [0, 19, 'clflush'], [0, 23, 'mmx'], [0, 24, 'fxsr'], [0, 25, 'sse'], [0, 26, 'sse2'],
  [1, 22, 'mmxext'], [1, 27, 'rdtscp'], [1, 30, '3dnowext'], [1, 31, '3dnow'],
  [4, 0, 'pni'], [4, 1, 'pclmulqdq'], [4, 9, 'ssse3'], [4, 13, 'cx16'], [4, 19, 'sse4_1'], [4, 20, 'sse4_2'], [4, 22, 'movbe'], [4, 23, 'popcnt'], [4, 25, 'aes'], [4, 26, 'xsave'], [4, 28, 'avx'], [4, 29, 'f16c'],
  [6, 5, 'abm'], [6, 6, 'sse4a'], [6, 7, 'misalignsse'], [6, 8, '3dnowprefetch'], [6, 11, 'xop'], [6, 16, 'fma4'], [6, 21, 'tbm'],
  [9, 0, 'fsgsbase'], [9, 3, 'bmi1'], [9, 5, 'avx2'], [9, 8, 'bmi2'], [9, 16, 'avx512f'], [9, 17, 'avx512dq'], [9, 19, 'adx'], [9, 23, 'clflushopt'], [9, 26, 'avx512pf'], [9, 27, 'avx512er'], [9, 28, 'avx512cd'], [9, 29, 'sha_ni'], [9, 30, 'avx512bw'], [9, 31, 'avx512vl'],
  [10, 0, 'xsaveopt'], [10, 1, 'xsavec'], [10, 2, 'xgetbv1'],
  [11, 1, 'avx512vbmi'], [11, 6, 'avx512_vbmi2'], [11, 8, 'gfni'], [11, 9, 'vaes'], [11, 10, 'vpclmulqdq'], [11, 11, 'avx512_vnni'], [11, 12, 'avx512_bitalg'], [11, 14, 'avx512_vpopcntdq'], [11, 22, 'rdpid'],
  [13, 0, 'clzero'],
  [18, 2, 'avx512_4vnniw'], [18, 3, 'avx512_4fmaps'],
];
