import { CHECKPOINT_OPTIONS } from '../../command/checkpoint-options.ts';
import type { Operand, Option } from '../../command/option.ts';

export const IN_PLACE_OPTION: Option = {
  name: 'in-place',
  group: 'Output',
  help: 'keep no backups',
};

export const PAGE_SIZE_OPTIONS: readonly Option[] = CHECKPOINT_OPTIONS.filter(({ name }) => name !== 'parent');

export const DIRECTORY_OPERAND: Operand = {
  name: 'DIR',
  required: true,
  complete: 'directory',
  help: 'the directory of a checkpoint',
};
