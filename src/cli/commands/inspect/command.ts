import { CHECKPOINT_OPTIONS } from '../../command/checkpoint-options.ts';
import type { Command } from '../../command/command.ts';

const MORE = 'More';

export const inspect: Command = {
  name: 'crit-inspect',
  summary: 'show what a checkpoint is, on one screen',
  usage: ['[OPTION]... [DIR|ARCHIVE]'],
  description: [
    'Shows the container, engine and times, the versions and statistics of CRIU, sizes, the process tree with command lines, ' +
      'how many files and sockets are open, and what is unusual: missing or damaged images, unknown fields, lazy pages, ' +
      'resources from outside.',
    'An archive (tar, gzip, zstd) is unpacked into a private temporary directory, without its rootfs-diff.tar, since command ' +
      'lines are in its memory. TMPDIR says where.',
    'For what is in the memory of a process there are crit-mem, crit-grep, and crit-core, which makes a core file of it.',
  ],
  options: [
    { name: 'json', group: 'Output', help: 'print everything as one JSON object' },
    { name: 'files', group: MORE, help: 'list the open files of each process' },
    { name: 'sockets', group: MORE, help: 'list the sockets of each process' },
    { name: 'mounts', group: MORE, help: 'list the mounts' },
    { name: 'annotations', group: MORE, help: "list the container's annotations" },
    { name: 'all', short: 'a', group: MORE, help: 'all of these' },
    ...CHECKPOINT_OPTIONS,
  ],
  operands: [
    { name: 'DIR|ARCHIVE', stdin: true, help: 'a checkpoint; an archive on standard input without it, or for -' },
  ],
  examples: [
    { command: 'crit-inspect checkpoint.tar.zst', does: 'what is in there' },
    { command: 'crit-inspect --all checkpoint/', does: 'with files, sockets, mounts and annotations' },
    { command: "crit-inspect --json checkpoint.tar | jq '.sizes.memory'", does: 'one number, for a program' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
