import type { Command } from '../../command/command.ts';
import {
  CHOICE_OPTIONS,
  LIST_OPTIONS,
  MAX_WINDOW_OPTION,
  PROGRESS_OPTIONS,
  PROTO_OPTION,
} from '../../command/shared-options.ts';

export const cat: Command = {
  name: 'crit-cat',
  summary: 'print checkpoint images as lines of JSON',
  usage: ['[OPTION]... [FILE|DIR|ARCHIVE]...'],
  description: [
    'Prints each entry of CRIU images as one line of JSON, and memory and other raw files as pieces of at most 64 KiB. ' +
      'Lines say which image they belong to, so that a whole directory goes through one pipe; crit-pack turns them back ' +
      'into the same bytes.',
  ],
  options: [
    ...CHOICE_OPTIONS,
    {
      name: 'shard',
      value: 'K/N',
      group: 'Choosing',
      help: 'only the K-th of N parts of the inputs, of one size each; crit-pack joins them',
    },
    { name: 'human', group: 'Output', help: 'print addresses, flags and devices as people read them' },
    { name: 'bare', group: 'Output', help: 'print only the entries of a single image, without image and magic' },
    { name: 'no-extra', group: 'Output', help: 'leave out the raw data that follows some entries' },
    { name: 'at', group: 'Output', help: 'say on lines of memory whose it is: pid, address, area, protection' },
    { name: 'decompress', group: 'Output', help: 'compressed pages as if they had not been compressed' },
    {
      name: 'refs',
      group: 'Output',
      help: 'tell where large raw files are in DIR, not their bytes: crit-pack --from DIR',
    },
    { name: 'name', value: 'NAME', group: 'Output', help: 'name of the image that comes from standard input' },
    PROTO_OPTION,
    MAX_WINDOW_OPTION,
    ...LIST_OPTIONS,
    { name: 'dereference', short: 'L', group: 'Input', help: 'follow symbolic links in directories' },
    {
      name: 'stream',
      group: 'Input',
      help: 'the inputs are one stream of criu-image-streamer, in several files (its shards)',
    },
    {
      name: 'keep-going',
      short: 'k',
      group: 'Input',
      help: 'after an error go on with the next input; exit 2 at the end',
    },
    ...PROGRESS_OPTIONS,
  ],
  operands: [
    {
      name: 'FILE|DIR|ARCHIVE',
      many: true,
      stdin: true,
      unless: 'files-from',
      help: 'images, directories and archives (tar, gzip, zstd) of images; standard input without one, or for -',
    },
  ],
  examples: [
    { command: 'crit-cat pstree.img', does: 'the processes of a checkpoint' },
    { command: 'crit-cat -m CORE --human checkpoint/', does: 'registers and names, readable' },
    { command: 'crit-cat checkpoint/ | crit-pack -C copy/', does: 'there and back, byte for byte' },
    { command: 'crit-cat --shard 2/8 checkpoint/', does: 'what the second of eight processes does' },
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
