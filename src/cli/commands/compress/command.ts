import type { Command } from '../../command/command.ts';
import { DIRECTORY_OPERAND, IN_PLACE_OPTION, PAGE_SIZE_OPTIONS } from './directory-options.ts';

export const compress: Command = {
  name: 'crit-compress',
  isPartOfCrit: true,
  summary: 'compress the memory of a checkpoint, as CRIT does',
  usage: ['[--in-place] [--acceleration N] DIR'],
  description: [
    'Compresses the pages in a directory of images, each by LZ4, for a CRIU from 4.3 on that was built with it. What the ' +
      'changed images were before is kept beside them, as NAME.bak. They change all together or not at all.',
  ],
  options: [
    IN_PLACE_OPTION,
    {
      name: 'acceleration',
      value: 'N',
      complete: 'none',
      group: 'Output',
      help: '1 to 65537: more is faster and compresses less (1 without it)',
    },
    ...PAGE_SIZE_OPTIONS,
  ],
  operands: [DIRECTORY_OPERAND],
  examples: [
    { command: 'crit compress checkpoint/', does: 'with a backup of each image that changes' },
    { command: 'crit compress --in-place --acceleration 8 checkpoint/', does: 'faster, and without' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
