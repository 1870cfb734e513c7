import type { Arguments } from './arguments.ts';
import type { Diagnostics } from '../io/diagnostics.ts';
import type { Operand, Option } from './option.ts';

/** A command: what the parser, the help, the man page and the completions are made from, and what it does. */
export interface Command {
  /** As it is typed, `crit-cat`; also as its man page is called. */
  readonly name: string;
  /** Whether it is called as `crit NAME` only, with no program of its own. */
  readonly isPartOfCrit?: boolean;
  /** One line without a full stop. */
  readonly summary: string;
  /** The ways to call it, without the name: `[OPTION]... [FILE]...`. */
  readonly usage: readonly string[];
  /** Paragraphs. */
  readonly description: readonly string[];
  readonly options: readonly Option[];
  readonly operands: readonly Operand[];
  readonly examples: readonly Example[];
  /** Tables of the help beside the options. */
  readonly sections?: readonly Section[];
  /** Exit codes and their meanings, where they are not the usual ones. */
  readonly exitCodes?: readonly ExitCode[];
  /** Does the work and gives the exit code; a thrown error is printed and ends with 2. Loads what is heavy when called. */
  run(args: Arguments, diagnostics: Diagnostics): Promise<number>;
}

/** A command as it is typed: `crit-cat`, `crit decode`. */
export function typedName({ name, isPartOfCrit = false }: Command): string {
  return isPartOfCrit ? name.replace('-', ' ') : name;
}

export interface Example {
  readonly command: string;
  readonly does: string;
}

export interface Section {
  readonly title: string;
  readonly rows: readonly (readonly [term: string, text: string])[];
}

export type ExitCode = readonly [code: number, meaning: string];

export const EXIT_DONE = 0;
/** The answer is no: nothing found, not yet. */
export const EXIT_NO = 1;
export const EXIT_FAILED = 2;

export const USUAL_EXIT_CODES: readonly ExitCode[] = [
  [EXIT_DONE, 'done, or the reader of standard output has gone'],
  [EXIT_FAILED, 'failed: wrong usage, bad data, input or output'],
];
