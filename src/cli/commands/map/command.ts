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

export const map: Command = {
  name: 'crit-map',
  summary: 'change lines with statements of JavaScript',
  usage: ['[OPTION]... CODE [FILE]...', '[OPTION]... -f FILE [FILE]...'],
  description: [
    'Runs the JavaScript statements CODE for each entry and piece. What they do to entry, extra, piece and image goes ' +
      'into the line; drop() leaves the line out, and an image with its last line; empty code changes nothing. The names magic, at and line can be read, ' +
      'and the helpers u64, hex, bytes and base64 are there.',
  ],
  options: [
    ...CHOICE_OPTIONS,
    EXCLUSIVE_OPTION,
    codeOption('the code'),
    ...ARGUMENT_OPTIONS,
    PROTO_OPTION,
    ...LIST_OPTIONS,
  ],
  operands: [
    { name: 'CODE', required: true, unless: 'file', complete: 'none', help: 'statements of JavaScript' },
    LINES_OPERAND,
  ],
  examples: [
    { command: "crit-cat dump/ | crit-map -m PSTREE 'entry.sid = 1' | crit-pack -C new/", does: 'another session' },
    {
      command: "crit-cat dump/ | crit-map -m FILES 'delete entry.reg?.size' | crit-pack -C to/",
      does: 'without the sizes of files',
    },
    { command: 'crit-cat dump/ | crit-map \'if (magic === "RAW") drop()\'', does: 'without the raw files' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
