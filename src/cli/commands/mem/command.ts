import type { Command } from '../../command/command.ts';
import { MEMORY_OPTIONS } from '../../command/memory-options.ts';

const FORM = 'Output';

export const mem: Command = {
  name: 'crit-mem',
  summary: 'print the memory of a process from a checkpoint',
  usage: ['[OPTION]... -p PID DIR|ARCHIVE [RANGE]...', '--map|--args|--env|--auxv [OPTION]... DIR|ARCHIVE'],
  description: [
    'Prints memory as the process had it, wherever it is stored: in the dump, in its parents, in shared memory, compressed. ' +
      'RANGE is START-END or START+SIZE: 0x7f0000-0x7f8000, 0x7f0000+4K. Without one, all areas that are chosen, as far ' +
      'as their pages were saved.',
  ],
  options: [
    ...MEMORY_OPTIONS,
    { name: 'hex', group: FORM, help: 'as hexdump -C does, with the addresses that the process knew' },
    { name: 'lines', group: FORM, help: 'lines of PAGES, as crit-cat --at prints them' },
    { name: 'map', group: FORM, help: 'the areas, and how much of each is saved' },
    { name: 'content', group: FORM, help: 'with --map: how much of it is zero, text, code, random' },
    { name: 'args', group: FORM, help: 'the arguments of each process' },
    { name: 'env', group: FORM, help: 'the environment of each process' },
    { name: 'auxv', group: FORM, help: 'the auxiliary vector of each process' },
    { name: 'json', group: FORM, help: '--map, --args, --env, --auxv as lines of JSON' },
    {
      name: 'missing',
      value: 'WHAT',
      complete: ['error', 'skip', 'zero'],
      group: FORM,
      help: 'pages that the checkpoint does not have: error (in a RANGE), skip (in areas), or zero',
    },
    { name: 'force', short: 'f', group: FORM, help: 'write bytes to a terminal' },
  ],
  operands: [
    {
      name: 'DIR|ARCHIVE',
      required: true,
      help: 'a checkpoint: its directory, an archive, or - for one on standard input',
    },
    { name: 'RANGE', many: true, complete: 'none', help: 'addresses' },
  ],
  examples: [
    { command: 'crit-mem --map checkpoint/', does: 'what is where, and what is saved of it' },
    { command: 'crit-mem --map --content checkpoint/', does: 'and what it looks like' },
    { command: "crit-mem -p 7 --vma '[heap]' --hex checkpoint/ | less", does: 'look at the heap' },
    { command: 'crit-mem -p 7 checkpoint/ 0x7f2a40000000+64K > dump.bin', does: 'bytes at an address' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
