import type { Command } from '../../command/command.ts';
import { MAX_WINDOW_OPTION, PROTO_OPTION } from '../../command/shared-options.ts';
import { EDIT_OPTIONS } from './options.ts';

export const edit: Command = {
  name: 'crit-edit',
  summary: 'change a checkpoint before a restore, in all images alike',
  usage: ['EDIT... [OPTION]... [FILE]...', 'EDIT... [OPTION]... -C OUT DUMP', 'EDIT... -f -C DUMP DUMP'],
  description: [
    'Changes lines of crit-cat, from standard input or files, or a checkpoint that is named itself: a directory or an ' +
      'archive. What belongs together changes together, wherever an image says it. What was asked for and is not there is an ' +
      'error that says what there is.',
    'All values of an option are taken at once, so that --port 1:2 --port 2:1 swaps two ports.',
  ],
  options: [
    ...EDIT_OPTIONS,
    {
      name: 'directory',
      short: 'C',
      value: 'DIR',
      complete: 'directory',
      group: 'Output',
      help: 'write images into DIR, where lines go to standard output otherwise',
    },
    {
      name: 'force',
      short: 'f',
      group: 'Output',
      help: 'replace images that are in the way; where DIR is the checkpoint itself, those that change',
    },
    PROTO_OPTION,
    MAX_WINDOW_OPTION,
    { name: 'dry-run', short: 'n', group: 'Output', help: 'write nothing, but list each change on standard error' },
    { name: 'json', group: 'Output', help: 'with --dry-run: list them on standard output, as lines of JSON' },
    { name: 'if-present', group: 'Output', help: 'what is not there is no error' },
    { name: 'quiet', short: 'q', group: 'Output', help: 'print no summary' },
  ],
  operands: [
    {
      name: 'FILE|DUMP',
      many: true,
      stdin: true,
      help: 'lines of crit-cat; a directory or an archive of images; standard input without one, or for -',
    },
  ],
  examples: [
    {
      command: 'crit-edit --path /srv/app=/opt/app --port tcp:80:8080 dump/ -C new/',
      does: 'another directory, another port',
    },
    { command: 'crit-cat dump/ | crit-edit --comm 12=web | crit-pack -C new/', does: 'the same as a filter' },
    { command: 'crit-edit --dry-run --ignore size,mode dump/', does: 'what would change' },
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
