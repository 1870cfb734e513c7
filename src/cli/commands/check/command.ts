import { CHECKPOINT_OPTIONS } from '../../command/checkpoint-options.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_NO, type Command } from '../../command/command.ts';

const WHERE = 'Where';

export const check: Command = {
  name: 'crit-check',
  summary: 'say what would keep a checkpoint from being restored here',
  usage: ['[OPTION]... [DIR|ARCHIVE]'],
  description: [
    'Looks for images that are missing or damaged, and for files, ids of processes, ports and addresses of this host that are ' +
      'not as CRIU wants them. The worst comes first, with the words of CRIU for it and what mends it.',
    'What a checkpoint has in namespaces of its own is not held against the host; its files are with --root alone. ' +
      'Nothing found is no promise: users, mount points, unix sockets, UDP ports, cgroups, the version of CRIU here, kernel, CPU, ' +
      'capabilities, free memory and disk are not looked at.',
  ],
  options: [
    {
      name: 'root',
      value: 'DIR',
      complete: 'directory',
      group: WHERE,
      help: 'look for files below DIR, the root of a container',
    },
    {
      name: 'criu',
      value: 'PROGRAM',
      complete: 'file',
      group: WHERE,
      help: 'the criu that is to restore it, which is asked for its version; otherwise that of PATH',
    },
    {
      name: 'log',
      value: 'FILE',
      complete: 'file',
      group: 'Log',
      help: 'explain why a restore failed: the log of criu restore (its file restore.log)',
    },
    { name: 'offline', group: WHERE, help: 'look at the images alone' },
    { name: 'json', group: 'Output', help: 'one line of JSON for each finding' },
    ...CHECKPOINT_OPTIONS,
  ],
  operands: [
    { name: 'DIR|ARCHIVE', stdin: true, help: 'a checkpoint; an archive on standard input without it, or for -' },
  ],
  examples: [
    { command: 'crit-check dump/ && criu restore -D dump/', does: 'restore where nothing is known to be in the way' },
    { command: 'crit-check --log restore.log dump/', does: 'what the errors of a restore mean, and what mends them' },
    { command: 'crit-check --root rootfs/ checkpoint.tar', does: 'a container, with the files of its root' },
  ],
  exitCodes: [
    [EXIT_DONE, 'nothing found but notes'],
    [EXIT_NO, 'something would keep it, or may'],
    [EXIT_FAILED, 'failed: wrong usage, bad data, input or output'],
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
