import type { Command } from '../../command/command.ts';
import { DIRECTORY_OPERAND, IN_PLACE_OPTION, PAGE_SIZE_OPTIONS } from '../compress/directory-options.ts';

export const decompress: Command = {
  name: 'crit-decompress',
  isPartOfCrit: true,
  summary: 'decompress the memory of a checkpoint, as CRIT does',
  usage: ['[--in-place] DIR'],
  description: [
    'Makes of a directory of images with compressed pages what it was before, for a CRIU that cannot read such pages (crit-cat --decompress does so for lines). What the ' +
      'changed images were before is kept beside them, as NAME.bak. They change all together or not at all.',
  ],
  options: [IN_PLACE_OPTION, ...PAGE_SIZE_OPTIONS],
  operands: [DIRECTORY_OPERAND],
  examples: [
    { command: 'crit decompress checkpoint/', does: 'with a backup of each image that changes' },
    { command: 'crit decompress --in-place checkpoint/', does: 'without' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
