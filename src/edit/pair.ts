/** The values of options: `OLD=NEW`, and numbers. */
import { CritError } from '../error.ts';

/** The two sides of the first `=` of a value. */
export function pairOf(option: string, value: string, form: string): [string, string] {
  const equals = value.indexOf('=');
  if (equals < 0) throw wrong(option, value, form);
  return [value.slice(0, equals), value.slice(equals + 1)];
}

/** An integer from `least` to `most`. */
export function integerOf(option: string, value: string, least: number, most: number): number {
  const number = Number(value);
  if (!/^-?\d+$/.test(value) || number < least || number > most)
    throw new CritError('usage', `--${option}: ${value} is not a number from ${least} to ${most}`);
  return number;
}

export function wrong(option: string, value: string, form: string): CritError {
  return new CritError('usage', `--${option} ${value}: ${form} is expected`);
}

/** Up to ten of the things that there are, for an error that says what there was. */
export function listed(things: Iterable<string | number>): string {
  const all = [...things];
  const some = all.slice(0, 10).join(', ');
  return all.length > 10 ? `${some} and ${all.length - 10} more` : some;
}
