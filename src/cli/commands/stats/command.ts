import { MAX_UNPACKED_OPTION } from '../../command/checkpoint-options.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_NO, type Command } from '../../command/command.ts';
import { JOBS_OPTION, MAX_WINDOW_OPTION } from '../../command/shared-options.ts';

const DECISION = 'Pre-copy';

export const stats: Command = {
  name: 'crit-stats',
  summary: 'print statistics, decide on rounds of pre-copy',
  usage: ['[OPTION]... [DIR|FILE|ARCHIVE]...', '--pre-copy RULE [OPTION]... [DIR|FILE|ARCHIVE]'],
  description: [
    'Prints what CRIU counted and measured: several directories become columns, so that the rounds of a migration stand ' +
      'beside each other.',
    'With --pre-copy it says whether, after this round of dumping memory while the process runs, the next dump should be ' +
      'the final one: one line of JSON with the reason (goal, small, grow, max or none), and the exit code.',
  ],
  options: [
    { name: 'json', group: 'Output', help: 'a line of JSON for each input' },
    { ...JOBS_OPTION, group: 'Output' },
    {
      name: 'page-size',
      value: 'BYTES',
      group: 'Output',
      help: 'size of a page where sizes are shown; 4096 without it',
    },
    {
      name: 'pre-copy',
      value: 'RULE',
      complete: ['lxd', 'phaul'],
      group: DECISION,
      help: 'decide as LXD (lxd) or as P.Haul (phaul) does',
    },
    {
      name: 'previous',
      value: 'DIR',
      complete: 'directory',
      group: DECISION,
      help: 'the round before: its statistics, for phaul',
    },
    { name: 'iteration', value: 'N', group: DECISION, help: 'the number of this round' },
    { name: 'max', value: 'N', group: DECISION, help: 'the last round; 10 for lxd and 8 for phaul without it' },
    {
      name: 'goal',
      value: 'PERCENT',
      group: DECISION,
      help: 'for lxd: final above this percentage of unchanged pages; 70 without it',
    },
    { name: 'include-shmem', group: DECISION, help: 'count pages of shared memory as well' },
    { ...MAX_UNPACKED_OPTION, group: 'Input' },
    MAX_WINDOW_OPTION,
  ],
  operands: [
    {
      name: 'DIR|FILE|ARCHIVE',
      many: true,
      stdin: true,
      help: 'directories with stats-dump or stats-restore, or such files; standard input without one, or for -',
    },
  ],
  examples: [
    { command: 'crit-stats checkpoint/', does: 'how long the processes stood still, and what was written' },
    { command: 'crit-stats round-1 round-2 round-3', does: 'the rounds of a migration beside each other' },
    {
      command: 'crit-stats --pre-copy lxd --iteration 3 round-3',
      does: 'whether the next dump should be the final one',
    },
  ],
  exitCodes: [
    [EXIT_DONE, 'done; with --pre-copy: the next dump is the final one'],
    [EXIT_NO, 'with --pre-copy: go on, another round is worth it'],
    [EXIT_FAILED, 'failed: wrong usage, bad data, input or output'],
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
