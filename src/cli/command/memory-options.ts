import { CHECKPOINT_OPTIONS } from './checkpoint-options.ts';
import type { Option } from './option.ts';

const GROUP = 'Choosing memory';

/** Options that choose memory. */
export const MEMORY_OPTIONS: readonly Option[] = [
  {
    name: 'pid',
    short: 'p',
    value: 'PID',
    repeat: true,
    complete: 'none',
    group: GROUP,
    help: 'only the memory of process PID',
  },
  {
    name: 'vma',
    value: 'NAME',
    repeat: true,
    complete: ['[heap]', '[stack]', '[anon]', '[shared]', '[vdso]'],
    group: GROUP,
    help: "only areas of this name, or of names that fit this glob: '[heap]', '*.so*'",
  },
  {
    name: 'prot',
    value: 'PROT',
    complete: 'none',
    group: GROUP,
    help: 'only areas that allow this: rw; exactly this: r-x',
  },
  ...CHECKPOINT_OPTIONS,
];
