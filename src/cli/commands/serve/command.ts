import type { Command } from '../../command/command.ts';
import { MAX_UNPACKED_OPTION } from '../../command/checkpoint-options.ts';
import { MAX_WINDOW_OPTION, PROTO_OPTION } from '../../command/shared-options.ts';

export const serve: Command = {
  name: 'crit-serve',
  summary: 'give the images of lines to a restore of CRIU',
  usage: [
    '[OPTION]... DIR -- criu restore [OPTION]...',
    '[OPTION]... DIR',
    '--from CHECKPOINT [OPTION]... DIR [-- criu restore ...]',
  ],
  description: [
    'Reads lines from standard input to their end, then starts "criu restore" with --stream and gives it the images. Small ones ' +
      'wait in memory, large ones in files without a name. Where the lines end early, or in an error, CRIU is not started.',
    'DIR must be a directory that only its owner can write to; it is made where it is missing.',
    'Without a command, prints on standard error how to start CRIU, and waits for it; the exit code of CRIU alone tells then whether it has restored.',
  ],
  options: [
    {
      name: 'from',
      value: 'DIR|ARCHIVE',
      complete: 'file',
      group: 'Input',
      help: 'give the images of a checkpoint on disk instead of lines; those of a directory or a plain tar are read where they lie',
    },
    {
      name: 'tmp',
      value: 'DIR',
      complete: 'directory',
      group: 'Input',
      help: 'where large images wait; otherwise in $TMPDIR or /tmp',
    },
    { ...MAX_UNPACKED_OPTION, group: 'Input', help: 'what an archive may take of that; else all' },
    MAX_WINDOW_OPTION,
    PROTO_OPTION,
  ],
  operands: [
    { name: 'DIR', required: true, complete: 'directory', help: 'where CRIU connects to, and writes its log' },
    { name: 'COMMAND', many: true, complete: 'none', help: 'CRIU and its options, without -D' },
  ],
  examples: [
    {
      command: 'zstd -dc dump.zst | crit-serve dir -- criu restore -d',
      does: 'a restore of what crit-capture printed',
    },
    { command: 'crit-serve --from dump.tar.zst dir -- criu restore -d', does: 'a restore of an archive' },
  ],
  exitCodes: [
    [0, 'done'],
    [2, 'failed: wrong usage, bad data, input or output; otherwise the code of CRIU'],
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
