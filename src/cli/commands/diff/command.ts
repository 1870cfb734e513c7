import { KINDS } from '../../../diff/difference.ts';
import { CHECKPOINT_OPTIONS } from '../../command/checkpoint-options.ts';
import { EXIT_DONE, EXIT_FAILED, EXIT_NO, type Command } from '../../command/command.ts';

const WHAT = 'What is compared';
const OUTPUT = 'Output';

export const diff: Command = {
  name: 'crit-diff',
  summary: 'say what changed between two checkpoints',
  usage: ['[OPTION]... A B'],
  description: [
    'Compares two checkpoints of the same program by what they mean, not by their bytes: processes, threads, open files and ' +
      'sockets, VMAs, memory page by page, mounts, control groups, and all other images. Each may be a directory, an archive, ' +
      'a dump with parents, with compressed pages or without.',
    'Ids that CRIU gives anew in each dump do not count, nor what runs on with the clock, unless --all is given. Prints ' +
      'nothing where nothing changed.',
  ],
  options: [
    {
      name: 'only',
      value: 'KIND,..',
      repeat: true,
      complete: KINDS,
      group: WHAT,
      help: `only these kinds of differences: ${KINDS.join(', ')}`,
    },
    { name: 'bytes', group: WHAT, help: 'which bytes of memory changed, in hexadecimal digits and as text' },
    { name: 'strings', group: WHAT, help: 'which text came into memory, and which went' },
    { name: 'registers', group: WHAT, help: 'which registers of which threads changed' },
    {
      name: 'all',
      short: 'a',
      group: WHAT,
      help: 'also what differs in every two dumps: counters, clocks, statistics',
    },
    ...CHECKPOINT_OPTIONS,
    {
      name: 'color',
      value: 'WHEN',
      complete: ['auto', 'always', 'never'],
      group: OUTPUT,
      help: 'auto, always or never; auto: on a terminal, unless NO_COLOR is set',
    },
    { name: 'exit-code', group: OUTPUT, help: 'exit with 1 where something changed, which it always does' },
    { name: 'json', group: OUTPUT, help: 'one line of JSON for each difference' },
    {
      name: 'stat',
      group: OUTPUT,
      help: 'numbers alone: pages that changed, what an incremental dump would save, what deduplication would',
    },
  ],
  operands: [
    { name: 'A', required: true, help: 'the checkpoint before' },
    { name: 'B', required: true, help: 'the checkpoint after' },
  ],
  examples: [
    { command: 'crit-diff monday/ tuesday/', does: 'what changed' },
    { command: 'crit-diff --only file,socket a.tar b.tar', does: 'files and connections alone' },
    { command: 'crit-diff --stat a/ b/', does: 'is an incremental dump worth it?' },
  ],
  exitCodes: [
    [EXIT_DONE, 'nothing changed'],
    [EXIT_NO, 'something changed'],
    [EXIT_FAILED, 'failed: wrong usage, bad data, input or output'],
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
