import type { Operand, Option } from './option.ts';

/** Options that mean the same in several commands. */

const CHOICE = 'Choosing';
const INPUT = 'Input';
const CODE = 'Code';

export const CHOICE_OPTIONS: readonly Option[] = [
  {
    name: 'magic',
    short: 'm',
    value: 'MAGIC[,...]',
    repeat: true,
    complete: 'magic',
    group: CHOICE,
    help: 'only images of these kinds, such as PSTREE,CORE',
  },
  {
    name: 'image',
    short: 'i',
    value: 'GLOB',
    repeat: true,
    group: CHOICE,
    help: "only images with such a name, such as 'pages-*'; all others for '!pages-*'",
  },
];

export const LIST_OPTIONS: readonly Option[] = [
  {
    name: 'files-from',
    value: 'FILE',
    complete: 'file',
    group: INPUT,
    help: 'read the names of the inputs from FILE, one a line; - is standard input',
  },
  { name: 'null', short: '0', group: INPUT, help: 'the names of --files-from end in NUL instead' },
];

/** Of every command that reads or writes images. */
export const PROTO_OPTION: Option = {
  name: 'proto',
  value: 'DIR',
  complete: 'directory',
  group: INPUT,
  help: 'also the messages and images of the .proto files in DIR; CRIT_PROTO=DIR says the same',
};

/** Of every command that reads archives. */
export const MAX_WINDOW_OPTION: Option = {
  name: 'max-window',
  value: 'SIZE',
  complete: ['128M', '2G'],
  group: INPUT,
  help: 'memory that zstd data may ask for; else 32M',
};

export const PROGRESS_OPTIONS: readonly Option[] = [
  { name: 'progress', group: 'Progress', help: 'show progress on standard error, even if that is no terminal' },
  { name: 'no-progress', group: 'Progress', help: 'show none, even for long work at a terminal' },
];

export const ARGUMENT_OPTIONS: readonly Option[] = [
  {
    name: 'arg',
    value: 'NAME VALUE',
    arity: 2,
    repeat: true,
    group: CODE,
    help: 'NAME is the string VALUE in the code',
  },
  {
    name: 'argjson',
    value: 'NAME JSON',
    arity: 2,
    repeat: true,
    group: CODE,
    help: 'NAME is the value of JSON in the code',
  },
];

export function codeOption(what: string): Option {
  return {
    name: 'file',
    short: 'f',
    value: 'FILE',
    complete: 'file',
    group: CODE,
    help: `read ${what} from FILE; all operands are inputs then`,
  };
}

export const EXCLUSIVE_OPTION: Option = {
  name: 'exclusive',
  short: 'x',
  group: CHOICE,
  help: 'drop the lines that were not chosen, which pass unchanged otherwise',
};

/** Files of lines, as every command that reads lines takes them. */
export const LINES_OPERAND: Operand = {
  name: 'FILE',
  many: true,
  stdin: true,
  unless: 'files-from',
  help: 'lines of crit-cat; standard input without one, or for -',
};

/** For those that ask many checkpoints the same. */
export const JOBS_OPTION: Omit<Option, 'group'> = {
  name: 'jobs',
  short: 'j',
  value: 'N',
  help: 'several at once, in so many threads; 1 without it',
};
