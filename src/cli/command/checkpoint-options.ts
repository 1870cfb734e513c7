import type { Option } from './option.ts';
import { MAX_WINDOW_OPTION, PROTO_OPTION } from './shared-options.ts';

const GROUP = 'Checkpoint';

/** Of every command that unpacks archives. */
export const MAX_UNPACKED_OPTION: Option = {
  name: 'max-unpacked',
  value: 'SIZE',
  group: GROUP,
  help: 'what an archive may take of TMPDIR; else all',
};

/** What can be said of a checkpoint by all who open one. */
export const CHECKPOINT_OPTIONS: readonly Option[] = [
  {
    name: 'parent',
    value: 'DIR|ARCHIVE',
    repeat: true,
    group: GROUP,
    help: 'the checkpoint before this one, in the place of what its parent link leads to; the one before that comes next',
  },
  {
    name: 'page-size',
    value: 'BYTES',
    complete: ['4096', '16384', '65536'],
    group: GROUP,
    help: 'size of a page; otherwise as the processes themselves knew it',
  },
  { ...PROTO_OPTION, group: GROUP },
  MAX_UNPACKED_OPTION,
  { ...MAX_WINDOW_OPTION, group: GROUP },
];
