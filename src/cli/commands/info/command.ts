import type { Command } from '../../command/command.ts';
import { PROTO_OPTION } from '../../command/shared-options.ts';
import { IMAGE_OPERAND } from '../decode/document-options.ts';

export const info: Command = {
  name: 'crit-info',
  isPartOfCrit: true,
  summary: 'say what kind of image it is and count its entries',
  usage: ['[FILE]'],
  description: ['Prints magic and count as CRIT does. The head of a pagemap image is not counted.'],
  options: [PROTO_OPTION],
  operands: [IMAGE_OPERAND],
  examples: [
    { command: 'crit info pstree.img', does: 'how many processes there are' },
    { command: 'cat unknown.img | crit info', does: 'what an image is' },
    { command: 'crit info pagemap-7.img | jq .count', does: 'how many runs of pages process 7 has' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
