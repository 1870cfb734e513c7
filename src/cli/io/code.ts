/** The code or expression that a command was given, and the values that it may use. */
import { readFileSync } from 'node:fs';
import { CritError, placed } from '../../error.ts';
import { parseJson } from '../../codec/json.ts';
import type { Arguments } from '../command/arguments.ts';

/** The operand of that name, or the contents of the file of `--file`. */
export function codeOf(args: Arguments, operand: string): string {
  const file = args.value('file');
  if (file === undefined) return args.operand(operand) ?? '';
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw placed(error, { image: file });
  }
}

/** The values of `--arg` and `--argjson` by their names. */
export function namedValues(args: Arguments): Record<string, unknown> {
  const values: Record<string, unknown> = Object.fromEntries(args.pairs('arg'));
  for (const [name, json] of args.pairs('argjson')) {
    try {
      values[name] = parseJson(json);
    } catch (error) {
      throw error instanceof CritError
        ? new CritError('usage', `--argjson ${name}: ${error.reason}`, {}, error)
        : error;
    }
  }
  return values;
}
