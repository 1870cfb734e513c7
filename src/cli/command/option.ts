/** What a shell completes: files, directories, names of magics, the given words, or nothing. */
export type Completion = 'file' | 'directory' | 'magic' | 'none' | readonly string[];

/** One option of a command. */
export interface Option {
  /** The long name without its dashes. */
  readonly name: string;
  /** The letter of the short form. */
  readonly short?: string;
  /** What stands for the value in the help, such as FILE; an option without it is a flag. */
  readonly value?: string;
  /** Number of values that follow: two for `--arg NAME VALUE`. */
  readonly arity?: 2;
  /** Whether each use adds to the ones before; otherwise the last use counts. */
  readonly repeat?: boolean;
  readonly help: string;
  /** Heading of the help under which it stands. */
  readonly group: string;
  /** What completes its value: `none` where it is left out. */
  readonly complete?: Completion;
}

/** What a command takes besides options, in order. */
export interface Operand {
  /** Its name in usage and help, such as FILE. */
  readonly name: string;
  readonly help: string;
  /** Any number of them: the last operand only. */
  readonly many?: boolean;
  readonly required?: boolean;
  /** Whether standard input is read where none is given. */
  readonly stdin?: boolean;
  /** The option in whose presence this operand is not taken, because the option says the same. */
  readonly unless?: string;
  /** What completes it: `file` where it is left out. */
  readonly complete?: Completion;
}

const GROUP = 'Help';

/** The options that every command has. */
export const STANDARD_OPTIONS: readonly Option[] = [
  { name: 'help', short: 'h', help: 'print this help and exit', group: GROUP },
  { name: 'version', help: 'print the version and exit', group: GROUP },
];

/** The options of a command and those that every command has. */
export function withStandard(options: readonly Option[]): readonly Option[] {
  return [...options, ...STANDARD_OPTIONS];
}

/** The ways to write the name of an option: `-m`, `--magic`. */
export function spellings(option: Option): readonly string[] {
  return option.short === undefined ? [`--${option.name}`] : [`-${option.short}`, `--${option.name}`];
}
