import type { Command } from '../../command/command.ts';
import { PROTO_OPTION } from '../../command/shared-options.ts';
import { IMAGE_OPERAND, inOption, outOption } from './document-options.ts';

export const decode: Command = {
  name: 'crit-decode',
  isPartOfCrit: true,
  summary: 'turn an image into a JSON document, as CRIT does',
  usage: ['[--pretty] [-i FILE] [-o FILE]'],
  description: [
    'Prints the image as the document that CRIT 4.3 makes of it, byte for byte, in constant memory. crit encode turns it ' +
      'back. For many images, or to change them with other tools, lines are handier: see crit-cat.',
  ],
  options: [
    inOption('the image'),
    outOption('the document'),
    PROTO_OPTION,
    { name: 'pretty', group: 'Output', help: 'indented, with addresses, flags and devices as people read them' },
  ],
  operands: [{ ...IMAGE_OPERAND, unless: 'in' }],
  examples: [
    { command: 'crit decode -i pstree.img', does: 'the processes on one line' },
    { command: 'crit decode --pretty -i core-7.img -o core-7.json', does: 'registers and all, readable' },
    { command: "crit decode -i files.img | jq '.entries[].reg.name'", does: 'the paths of open files' },
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
