import { ENCODINGS } from '../../../search/encoded-texts.ts';
import type { Command } from '../../command/command.ts';
import { MAX_UNPACKED_OPTION } from '../../command/checkpoint-options.ts';
import { SECRET_OPTIONS } from '../../command/pattern-options.ts';
import { MAX_WINDOW_OPTION, PROTO_OPTION } from '../../command/shared-options.ts';

const WHAT = 'What';
const HOW = 'How';
const MEMORY = 'Choosing memory';
const CHAIN = 'Chains of dumps';
const OUTPUT = 'Output';

export const redact: Command = {
  name: 'crit-redact',
  summary: 'overwrite secrets in a checkpoint, wherever it holds them',
  usage: ['WHAT... [OPTION]... [FILE]...', 'WHAT... [OPTION]... -C OUT DUMP', 'WHAT... [OPTION]... -f -C DUMP DUMP'],
  description: [
    'Overwrites what is found, with the same length, in all places that crit-grep --all looks at: memory, entries, queues, ' +
      'deleted files, registers, what engines write, archives within. Changes lines of crit-cat, from standard input or files, ' +
      'or a checkpoint that is named itself: a directory or an archive. Everything else stays byte for byte; compressed pages are ' +
      'written without compression. That nothing is found is no error.',
    'Names of images are not overwritten: what is found in one is an error. crit-grep --all says whether anything is left.',
  ],
  options: [
    { name: 'text', value: 'TEXT', repeat: true, complete: 'none', group: WHAT, help: 'a text as it is' },
    {
      name: 'pattern',
      value: 'PATTERN',
      repeat: true,
      complete: 'none',
      group: WHAT,
      help: 'a regular expression, as crit-grep takes it',
    },
    {
      name: 'file',
      value: 'FILE',
      repeat: true,
      complete: 'file',
      group: WHAT,
      help: 'patterns, one on each line; with -F texts. The list of processes does not show those',
    },
    { name: 'fixed-strings', short: 'F', group: WHAT, help: 'the lines of --file are text as it is' },
    {
      name: 'encodings',
      value: 'LIST',
      complete: [...ENCODINGS, ENCODINGS.join(',')],
      group: WHAT,
      help: `texts in encodings as well: ${ENCODINGS.join(',')}, or some of these`,
    },
    { name: 'ignore-case', short: 'i', group: WHAT, help: 'ASCII letters match in either case' },
    {
      name: 'env',
      value: 'NAME',
      repeat: true,
      complete: 'none',
      group: WHAT,
      help: "the value of an environment variable, wherever NAME=value stands; a name with * in it: 'AWS_*'",
    },
    ...SECRET_OPTIONS.map((option) => ({ ...option, group: WHAT })),
    {
      name: 'drop-queues',
      group: WHAT,
      help: 'all that waits in pipes, sockets, terminals and message queues; of TCP it is overwritten',
    },
    {
      name: 'with',
      value: 'CHAR',
      complete: ['*', 'x', 'zero'],
      group: HOW,
      help: 'what overwrites: a character, or zero; * otherwise, and in strings, which hold no zero',
    },
    {
      name: 'keep-report',
      value: 'FILE',
      complete: 'file',
      group: HOW,
      help: 'write into FILE what was overwritten: place, rule and length, as lines of JSON; never the secret',
    },
    {
      name: 'pid',
      short: 'p',
      value: 'PID',
      repeat: true,
      complete: 'none',
      group: MEMORY,
      help: 'of memory, only that of process PID',
    },
    {
      name: 'vma',
      value: 'NAME',
      repeat: true,
      complete: ['[heap]', '[stack]', '[anon]', '[shared]'],
      group: MEMORY,
      help: "of memory, only areas of this name, or of names that fit this glob: '[heap]', '*.so*'",
    },
    {
      name: 'prot',
      value: 'PROT',
      complete: 'none',
      group: MEMORY,
      help: 'of memory, only areas that allow this: rw; exactly this: r-x',
    },
    { name: 'code', group: MEMORY, help: 'also the code of programs and libraries, which is left otherwise' },
    {
      name: 'from',
      value: 'DUMP',
      complete: 'file',
      group: CHAIN,
      help: 'the lines come from DUMP: what lies half in it and half in a parent is looked for there',
    },
    {
      name: 'parent',
      value: 'DUMP',
      repeat: true,
      complete: 'file',
      group: CHAIN,
      help: 'the dump before, in the place of what the parent link leads to; the one before that comes next',
    },
    {
      name: 'child',
      value: 'DUMP',
      repeat: true,
      complete: 'file',
      group: CHAIN,
      help: 'a dump behind it, as it was before: the one whose parent link leads here, the next, or the last of all',
    },
    {
      name: 'directory',
      short: 'C',
      value: 'DIR',
      complete: 'directory',
      group: OUTPUT,
      help: 'write images into DIR, where lines go to standard output otherwise',
    },
    { name: 'force', short: 'f', group: OUTPUT, help: 'replace files that are in the way' },
    PROTO_OPTION,
    {
      ...MAX_UNPACKED_OPTION,
      group: CHAIN,
      help: 'what archives of --parent and --child may take of TMPDIR; else all',
    },
    MAX_WINDOW_OPTION,
    { name: 'quiet', short: 'q', group: OUTPUT, help: 'print no summary' },
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
      command: "crit-redact --env 'AWS_*' --secrets dump/ -C clean/",
      does: 'keys of an environment, and secrets of known kinds',
    },
    {
      command: 'crit-cat a.tar | crit-redact -F --file secrets | crit-pack --tar -o b.tar',
      does: 'texts of a file, in an archive',
    },
    {
      command: 'crit-redact -F --file list dump/ -C b/ && crit-grep --all -F -f list b/',
      does: 'and is anything left? (1: no)',
    },
    { command: 'crit-redact --secrets images/ -C clean/', does: 'all dumps of a chain that are in images/' },
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
