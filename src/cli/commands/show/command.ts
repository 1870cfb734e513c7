import type { Command } from '../../command/command.ts';
import { PROTO_OPTION } from '../../command/shared-options.ts';
import { IMAGE_OPERAND } from '../decode/document-options.ts';

export const show: Command = {
  name: 'crit-show',
  isPartOfCrit: true,
  summary: 'print an image for people, as CRIT does',
  usage: ['[--nopl] [FILE]'],
  description: ['Prints what crit decode --pretty prints.'],
  options: [
    { name: 'nopl', group: 'Output', help: 'only the size of the raw data that follows some entries' },
    PROTO_OPTION,
  ],
  operands: [IMAGE_OPERAND],
  examples: [
    { command: 'crit show pstree.img', does: 'the processes of a checkpoint' },
    { command: 'crit show --nopl pipes-data.img', does: 'how much is in the pipes, not what' },
    { command: 'ssh host cat dump/core-7.img | crit show', does: 'from somewhere else' },
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
