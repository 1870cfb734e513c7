import { CritError } from '../../error.ts';
import { didYouMean } from '../../nearest.ts';
import type { Option } from '../command/option.ts';

/** Arguments in one spelling. */
export interface Canonical {
  /** `--name=true` for a flag, `--name=value` once for each value. */
  readonly options: string[];
  readonly operands: readonly string[];
}

/**
 * Arguments as getopt_long understands them, in one spelling: minimist alone would take the expression of `-v true` for
 * the value of the flag, `-5` for an option rather than a value, and any unknown option for a known one.
 */
export function canonical(options: readonly Option[], argv: readonly string[]): Canonical {
  const found: string[] = [];
  const operands: string[] = [];
  let next = 0;
  while (next < argv.length) {
    const argument = argv[next++] ?? '';
    if (argument === '--') return { options: found, operands: operands.concat(argv.slice(next)) };
    if (argument.startsWith('--')) readLong(argument);
    else if (argument.startsWith('-') && argument !== '-') readShorts(argument);
    else operands.push(argument);
  }
  return { options: found, operands };

  function readLong(argument: string): void {
    const equals = argument.indexOf('=');
    const spelled = equals < 0 ? argument : argument.slice(0, equals);
    const option = options.find(({ name }) => `--${name}` === spelled);
    if (!option) throw usageError(`unknown option ${spelled}${didYouMean(spelled, longNames(options))}`);
    addOption(option, spelled, equals < 0 ? undefined : argument.slice(equals + 1));
  }

  function readShorts(argument: string): void {
    for (let i = 1; i < argument.length; i++) {
      const letter = String.fromCodePoint(argument.codePointAt(i) ?? 0);
      const option = options.find(({ short }) => short === letter);
      if (!option) {
        const forgotten = argument.length > 2 ? didYouMean(`-${argument}`, longNames(options)) : '';
        throw usageError(`unknown option -${letter}${forgotten}`);
      }
      const attached = option.value === undefined ? '' : argument.slice(i + 1);
      addOption(option, `-${letter}`, attached === '' ? undefined : attached);
      if (option.value !== undefined) return;
    }
  }

  function addOption(option: Option, spelled: string, attached: string | undefined): void {
    if (option.value === undefined) {
      if (attached !== undefined) throw usageError(`option ${spelled} takes no value`);
      // With a value, or minimist would read --no-x as the opposite of --x.
      found.push(`--${option.name}=true`);
      return;
    }
    const arity = option.arity ?? 1;
    const values = attached === undefined ? [] : [attached];
    while (values.length < arity && next < argv.length) values.push(argv[next++] ?? '');
    if (values.length < arity) throw usageError(`option ${spelled} needs ${option.value}`);
    for (const value of values) found.push(`--${option.name}=${value}`);
  }
}

function longNames(options: readonly Option[]): string[] {
  return options.map(({ name }) => `--${name}`);
}

function usageError(reason: string): CritError {
  return new CritError('usage', reason);
}
