import type { Command } from '../../command/command.ts';
import { LINES_OPERAND, LIST_OPTIONS, PROGRESS_OPTIONS, PROTO_OPTION } from '../../command/shared-options.ts';

export const pack: Command = {
  name: 'crit-pack',
  summary: 'turn lines of JSON back into checkpoint images',
  usage: [
    '[OPTION]... [FILE]...',
    '-C DIR [OPTION]... [FILE]...',
    '--tar|--stream [--gzip|--zstd] [-o FILE] [FILE]...',
  ],
  description: [
    'Reads the lines of crit-cat and writes the images that they describe: one image to standard output or to a file, any ' +
      'number into a directory or a tar archive. Takes lines of several images in any mixture, bare entries with --magic, and whole ' +
      'documents of "crit decode". Files appear whole or not at all.',
  ],
  options: [
    {
      name: 'output',
      short: 'o',
      value: 'FILE',
      complete: 'file',
      group: 'Output',
      help: 'write the one image, or the archive, to FILE',
    },
    {
      name: 'directory',
      short: 'C',
      value: 'DIR',
      complete: 'directory',
      group: 'Output',
      help: 'write each image under its name into DIR, which is made where it is missing',
    },
    {
      name: 'tar',
      group: 'Output',
      help: 'write all images into a tar archive: one that crit-cat read comes back as it was',
    },
    { name: 'stream', group: 'Output', help: 'write all images as a stream of criu-image-streamer, in one shard' },
    { name: 'gzip', group: 'Output', help: 'write the archive compressed by gzip' },
    { name: 'zstd', group: 'Output', help: 'write the archive compressed by zstd' },
    {
      name: 'force',
      short: 'f',
      group: 'Output',
      help: 'replace files that are in the way; write an image to a terminal',
    },
    {
      name: 'compress',
      group: 'Output',
      help: 'compress the pages of memory, for a CRIU from 4.3 on; with -C, --tar or --stream',
    },
    { name: 'sync', group: 'Output', help: 'wait until all of it is on the disk, before it appears and after' },
    {
      name: 'magic',
      value: 'MAGIC',
      complete: 'magic',
      group: 'Input',
      help: 'what bare entries are, such as PSTREE',
    },
    {
      name: 'from',
      value: 'DIR',
      complete: 'directory',
      group: 'Input',
      help: 'where the bytes are that lines of crit-cat --refs tell the place of; with -C or -o',
    },
    PROTO_OPTION,
    ...LIST_OPTIONS,
    ...PROGRESS_OPTIONS,
  ],
  operands: [LINES_OPERAND],
  examples: [
    { command: 'crit-cat checkpoint/ | crit-pack -C copy/', does: 'there and back, byte for byte' },
    {
      command: `crit-cat pstree.img | sed 's/"sid":7/"sid":8/' | crit-pack -o new.img`,
      does: 'a change with the tool that you know',
    },
    {
      command: 'crit-cat --refs d | crit-edit --comm 9=web | crit-pack --from d -C new',
      does: 'without moving memory through the pipe',
    },
    { command: 'crit-cat checkpoint.tar | crit-pack --zstd -o new.tar.zst', does: 'a container checkpoint' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
