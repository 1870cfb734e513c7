import { CHECKPOINT_OPTIONS } from '../../command/checkpoint-options.ts';
import { EXIT_DONE, EXIT_FAILED, type Command } from '../../command/command.ts';

const PROCESS = 'Choosing processes';
const CONTENTS = 'Contents';
const OUTPUT = 'Output';

export const core: Command = {
  name: 'crit-core',
  summary: 'make a core file of a process in a checkpoint, for a debugger',
  usage: ['[OPTION]... -p PID DIR|ARCHIVE', '[OPTION]... --all -C DIR DIR|ARCHIVE', '--list [--json] DIR|ARCHIVE'],
  description: [
    'Writes an ELF core file as the kernel would have: registers of all threads, the mapped files, and memory, wherever the ' +
      'checkpoint has it: in the dump, in its parents, in shared memory, compressed. gdb, lldb and eu-stack open it, on any ' +
      'machine, with the program and its libraries beside it.',
    'Pages of mapped files that were not dumped are not in the core file either: debuggers read them from the files.',
  ],
  options: [
    { name: 'pid', short: 'p', value: 'PID', complete: 'none', group: PROCESS, help: 'the process PID' },
    { name: 'all', group: PROCESS, help: 'all processes that have memory, each to core.PID in the directory of -C' },
    { name: 'list', group: PROCESS, help: 'print which processes there are, and how large their core files would be' },
    { name: 'json', group: PROCESS, help: '--list as lines of JSON' },
    {
      name: 'sysroot',
      value: 'DIR',
      complete: 'directory',
      group: CONTENTS,
      help: 'take what was not dumped of mapped files from those below DIR, where they are the same',
    },
    {
      name: 'missing',
      value: 'WHAT',
      complete: ['error', 'zero'],
      group: CONTENTS,
      help: 'pages that were left to a lazy-pages server: error, which is usual, or zero',
    },
    ...CHECKPOINT_OPTIONS,
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      complete: 'file',
      group: OUTPUT,
      help: 'write to FILE, with holes where memory is zero, instead of standard output',
    },
    {
      name: 'directory',
      short: 'C',
      value: 'DIR',
      complete: 'directory',
      group: OUTPUT,
      help: 'the directory of --all',
    },
    {
      name: 'force',
      short: 'f',
      group: OUTPUT,
      help: 'replace files that are there; write a core file to a terminal',
    },
  ],
  operands: [
    {
      name: 'DIR|ARCHIVE',
      required: true,
      help: 'a checkpoint: its directory, an archive, or - for one on standard input',
    },
  ],
  examples: [
    { command: 'crit-core -p 7 checkpoint/ -o core', does: 'for gdb PROGRAM core' },
    { command: 'crit-core -p 7 checkpoint.tar.gz | zstd > core.zst', does: 'keep a core file' },
    { command: 'crit-core --list checkpoint/', does: 'what there is' },
  ],
  exitCodes: [
    [EXIT_DONE, 'done, or the reader of standard output has gone'],
    [EXIT_FAILED, 'failed: wrong usage, bad data, input or output; with --all also where a process has ended'],
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
