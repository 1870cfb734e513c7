import type { Command } from '../../command/command.ts';
import {
  ARGUMENT_OPTIONS,
  CHOICE_OPTIONS,
  EXCLUSIVE_OPTION,
  LINES_OPERAND,
  LIST_OPTIONS,
  PROTO_OPTION,
  codeOption,
} from '../../command/shared-options.ts';

export const filter: Command = {
  name: 'crit-filter',
  summary: 'keep the lines for which an expression is true',
  usage: ['[OPTION]... EXPR [FILE]...', '[OPTION]... -f FILE [FILE]...'],
  description: [
    'Keeps the entries and pieces for which the JavaScript expression EXPR is true. An image of which nothing is kept goes as ' +
      'a whole; one that was empty before stays, unless EXPR names only image and magic and is not true. ' +
      'The names image, magic, entry, extra, piece, at and line are in scope, with the helpers u64, hex, bytes and base64.',
  ],
  options: [
    ...CHOICE_OPTIONS,
    EXCLUSIVE_OPTION,
    { name: 'invert', short: 'v', group: 'Choosing', help: 'keep the lines for which EXPR is not true' },
    codeOption('the expression'),
    ...ARGUMENT_OPTIONS,
    { name: 'count', short: 'c', group: 'Output', help: 'print only how many entries and pieces were kept' },
    PROTO_OPTION,
    ...LIST_OPTIONS,
  ],
  operands: [
    { name: 'EXPR', required: true, unless: 'file', complete: 'none', help: 'a JavaScript expression' },
    LINES_OPERAND,
  ],
  examples: [
    { command: "crit-cat dump/ | crit-filter -m PSTREE -x 'entry.ppid === 0'", does: 'the first process' },
    { command: 'crit-cat dump/ | crit-filter -c extra', does: 'how many entries have data behind them' },
    {
      command: 'crit-cat dump/ | crit-filter --arg f "$F" -x -m FILES \'entry.reg?.name === f\'',
      does: 'with a value from the shell',
    },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
