import { CHECKPOINT_OPTIONS } from '../../command/checkpoint-options.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_NO, type Command } from '../../command/command.ts';
import { JOBS_OPTION } from '../../command/shared-options.ts';

const WHERE = 'Where';

export const check: Command = {
  name: 'crit-check',
  summary: 'say what would keep a checkpoint from being restored here',
  usage: ['[OPTION]... [DIR|ARCHIVE]...'],
  description: [
    'Looks for images that are missing, damaged, of another dump or read by no process, ids that point nowhere, and pages that are ' +
      'elsewhere; then at this host: files, links of deleted files, unix sockets, ids of processes, terminals, ports, addresses, network ' +
      'devices, users, capabilities, limits, cgroups, profiles of AppArmor and SELinux, kinds of namespaces, processor, memory, disk, ' +
      'plugins and the version of CRIU. The worst comes first, with the words of CRIU for it and what mends it.',
    'What a checkpoint has in namespaces of its own is not held against the host; its files and mount points are with --root alone. Run it ' +
      'as the user that restores.',
    'Not looked at: contents of files beyond size and build-id, locks of files, firewalls, the network of a checkpoint with one of its own, ' +
      'limits of cgroups, sizes of registers (xsave), terminals in use by criu itself, and options that criu restore is given.',
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
      help: 'explain why a restore failed: the log of criu restore (its file restore.log), or - for standard input',
    },
    { name: 'offline', group: WHERE, help: 'look at the images alone' },
    { ...JOBS_OPTION, group: 'Several' },
    { name: 'json', group: 'Output', help: 'one line of JSON for each finding' },
    ...CHECKPOINT_OPTIONS,
  ],
  operands: [
    {
      name: 'DIR|ARCHIVE',
      many: true,
      stdin: true,
      help: 'checkpoints, or a folder of some; an archive on standard input without one, or for -',
    },
  ],
  examples: [
    { command: 'crit-check dump/ && criu restore -D dump/', does: 'restore where nothing is known to be in the way' },
    { command: 'crit-check --log restore.log dump/', does: 'what the errors of a restore mean, and what mends them' },
    { command: 'crit-check --root rootfs/ checkpoint.tar', does: 'a container, with the files of its root' },
  ],
  exitCodes: [
    [EXIT_DONE, 'nothing found but notes, of all that is looked at: no promise that CRIU restores it'],
    [EXIT_NO, 'something would keep one, or may; or the log has lines of errors'],
    [EXIT_FAILED, 'failed: wrong usage, bad data, input or output'],
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
