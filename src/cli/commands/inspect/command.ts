import { CHECKPOINT_OPTIONS } from '../../command/checkpoint-options.ts';
import type { Command } from '../../command/command.ts';
import { JOBS_OPTION } from '../../command/shared-options.ts';

const TABLE = 'Table of several';
const MORE = 'More';

export const inspect: Command = {
  name: 'crit-inspect',
  summary: 'show what a checkpoint is on one screen, many in a table',
  usage: ['[OPTION]... [DIR|ARCHIVE]...'],
  description: [
    'Shows the container, engine and times, the versions and statistics of CRIU, sizes, the process tree with command lines, ' +
      'and what is unusual: missing or damaged images, unknown fields, lazy pages, resources from outside.',
    'An archive (tar, gzip, zstd) is unpacked into TMPDIR, without its rootfs-diff.tar, since command lines are in its memory.',
    'Several, or a folder that holds some, are a table with a row for each, without unpacking any. What cannot be read is told in its ' +
      'row, with exit code 2.',
  ],
  options: [
    { name: 'json', group: 'Output', help: 'as one JSON object; of several, a line each' },
    {
      name: 'html',
      value: 'FILE',
      complete: 'file',
      group: 'Output',
      help: 'write a page that needs nothing else; - is stdout',
    },
    { name: 'content', group: 'Output', help: 'with --html: what pages look like, which reads them' },
    {
      name: 'columns',
      value: 'NAME[,...]',
      complete: 'none',
      group: TABLE,
      help: 'only these: name, pod, image, engine, created, processes, memory, size, criu, unusual, path',
    },
    {
      name: 'sort',
      value: 'COLUMN',
      complete: 'none',
      group: TABLE,
      help: 'sort the rows; --sort=-size: the largest first',
    },
    { ...JOBS_OPTION, group: TABLE },
    { name: 'files', group: MORE, help: 'list the open files of each process' },
    { name: 'env', group: MORE, help: 'print the environment of each process' },
    { name: 'sockets', group: MORE, help: 'list the sockets of each process' },
    { name: 'mounts', group: MORE, help: 'list the mounts' },
    { name: 'annotations', group: MORE, help: "list the container's annotations" },
    { name: 'credentials', group: MORE, help: 'users, groups, capabilities, seccomp, profiles' },
    { name: 'namespaces', group: MORE, help: 'namespaces and cgroups, and who is in them' },
    { name: 'network', group: MORE, help: 'devices, addresses, routes, rules' },
    { name: 'memory', group: MORE, help: 'where the memory of each process is' },
    { name: 'external', group: MORE, help: 'files, mounts .. that a restore takes from outside' },
    { name: 'all', short: 'a', group: MORE, help: 'all of these but --env' },
    ...CHECKPOINT_OPTIONS,
  ],
  operands: [
    {
      name: 'DIR|ARCHIVE',
      many: true,
      stdin: true,
      help: 'a checkpoint, or a folder of some; an archive on standard input without it, or for -',
    },
  ],
  examples: [
    { command: 'crit-inspect checkpoint.tar.zst', does: 'what is in there' },
    { command: 'crit-inspect --all checkpoint/', does: 'all but the environment' },
    { command: 'crit-inspect --sort=-memory /var/lib/kubelet/checkpoints', does: 'a table, the largest first' },
    { command: "crit-inspect --json checkpoint.tar | jq '.sizes.memory'", does: 'one number, for a program' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
