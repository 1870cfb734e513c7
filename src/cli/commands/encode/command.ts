import type { Command } from '../../command/command.ts';
import { PROTO_OPTION } from '../../command/shared-options.ts';
import { inOption, outOption } from '../decode/document-options.ts';

export const encode: Command = {
  name: 'crit-encode',
  isPartOfCrit: true,
  summary: 'turn a JSON document into an image, as CRIT does',
  usage: ['[-i FILE] [-o FILE]'],
  description: [
    'Takes the documents of crit decode, plain or pretty, of CRIT and of the Go tool, as long as they are: only the text of ' +
      'one entry is held in memory.',
  ],
  options: [
    inOption('the document'),
    outOption('the image'),
    PROTO_OPTION,
    { name: 'force', short: 'f', group: 'Output', help: 'write an image to a terminal' },
  ],
  operands: [{ name: 'FILE', stdin: true, unless: 'in', help: 'the document; standard input without one, or for -' }],
  examples: [
    { command: 'crit encode -i pstree.json -o pstree.img', does: 'a file from a file' },
    {
      command: `crit decode -i files.img | sed 's|/old/|/new/|' | crit encode -o new.img`,
      does: 'a change on the way',
    },
    { command: 'crit show tty.img | jq . | crit encode -o same.img', does: 'through any tool that keeps JSON' },
  ],
  async run(args) {
    const { run } = await import('./run.ts');
    return run(args);
  },
};
