import type { Command } from '../../command/command.ts';
import { PROTO_OPTION } from '../../command/shared-options.ts';

export const capture: Command = {
  name: 'crit-capture',
  summary: 'print the lines of a dump while CRIU makes it',
  usage: ['[OPTION]... DIR -- criu dump [OPTION]...', '[OPTION]... DIR'],
  description: [
    'Starts "criu dump" with --stream and prints the images as lines, mixed as they come. Nothing is written to disk but ' +
      'logs and statistics of CRIU in DIR, which must be a directory that only its owner can write to; it is made where it is missing.',
    'The dump counts only when it is complete and standard output has taken all of it. Otherwise CRIU fails, the ' +
      'processes live on, and the last line says what went wrong.',
    'With --leave-stopped among the options of CRIU, it has ended when the far end is asked: the processes are killed when that ' +
      'has everything, and go on otherwise.',
    'Without a command, prints on standard error how to start CRIU, and waits for it.',
  ],
  options: [
    {
      name: 'confirm',
      value: 'FD|FIFO',
      complete: 'file',
      group: 'Output',
      help: 'the dump counts only when the line "taken" comes from there: from the far end of a network, say',
    },
    PROTO_OPTION,
  ],
  operands: [
    { name: 'DIR', required: true, complete: 'directory', help: 'where CRIU connects to, and writes its log' },
    { name: 'COMMAND', many: true, complete: 'none', help: 'CRIU and its options, without -D' },
  ],
  examples: [
    {
      command: 'crit-capture dir -- criu dump -t 1234 | zstd > dump.zst',
      does: 'a dump that was never on disk as images',
    },
    {
      command: 'crit-capture d -- criu dump -t 7 | crit-edit .. | crit-serve d -- criu restore',
      does: 'a change between a dump and its restore',
    },
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
