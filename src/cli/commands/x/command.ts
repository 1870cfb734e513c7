import { CHECKPOINT_OPTIONS } from '../../command/checkpoint-options.ts';
import type { Command } from '../../command/command.ts';

const WHAT = ['ps', 'fds', 'mems', 'rss', 'sk'];

export const x: Command = {
  name: 'crit-x',
  isPartOfCrit: true,
  summary: 'explore a checkpoint, as CRIT does',
  usage: ['[OPTION]... DIR|ARCHIVE ps|fds|mems|rss|sk'],
  description: [
    'Prints processes (ps), open descriptors (fds), memory areas (mems), saved pages beside their areas (rss), all four as ' +
      'CRIT does, or open sockets (sk).',
  ],
  options: [
    { name: 'json', group: 'Output', help: 'one JSON document, with a value for each process' },
    { name: 'ndjson', group: 'Output', help: 'a line of JSON for each process, descriptor, area or socket' },
    { name: 'args', group: 'Output', help: 'ps: the command line, from memory, in the place of the name' },
    { name: 'env', group: 'Output', help: 'ps: the environment, from memory, behind it' },
    ...CHECKPOINT_OPTIONS,
  ],
  operands: [
    {
      name: 'DIR|ARCHIVE',
      required: true,
      help: 'a checkpoint: its directory, an archive, or - for one on standard input',
    },
    { name: 'WHAT', required: true, complete: WHAT, help: 'one of ps, fds, mems, rss and sk' },
  ],
  examples: [
    { command: 'crit x checkpoint/ ps', does: 'the tree of processes' },
    { command: 'crit x checkpoint/ ps --args', does: 'with their command lines' },
    { command: `crit x checkpoint/ fds --ndjson | jq -r 'select(.type == "REG").name'`, does: 'open files' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
