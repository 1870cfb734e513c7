import { CritError } from '../../error.ts';
import type { Arguments } from '../command/arguments.ts';

/** The whole number that an option has as its value, if it was given. Throws a CritError where it is none of that range. */
export function numberOption(
  args: Arguments,
  name: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} on` : `${least} to ${most}`;
  throw new CritError('usage', `--${name} ${text} is not a whole number from ${range}`);
}

/** Bytes, with K, M, G or T for units of 1024. */
export function sizeOption(args: Arguments, name: string): number | undefined {
  const text = args.value(name);
  if (text === undefined) return undefined;
  const [, digits, unit = ''] = /^(\d{1,12})([KMGT]?)(?:iB)?$/i.exec(text) ?? [];
  const size = Number(digits) * 1024 ** ' KMGT'.indexOf(unit === '' ? ' ' : unit.toUpperCase());
  if (digits !== undefined && Number.isSafeInteger(size)) return size;
  throw new CritError('usage', `--${name} ${text} is no size, such as 500M or 10G`);
}

/** The number of a process, as -p takes it. */
export function pidOf(text: string): number {
  const pid = Number(text);
  if (!Number.isInteger(pid) || pid < 1) throw new CritError('usage', '-p: the number of a process is expected');
  return pid;
}
