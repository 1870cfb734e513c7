/** Numbers as people read them: flags by name, numbers with a name, devices. Source: CRIT, which prints them so. */
import type { Field } from '../schema/schema.ts';
import { dictName, flagNames } from '../schema/display.ts';
import { formatDevice } from './device.ts';

/** Texts of flags that are kept: few combinations come again and again. */
const CACHE_SIZE = 256;

/** A function that gives the JSON text of a number, or undefined where the field has no such display option. */
export function numberFormatter(field: Field): ((value: number) => string) | undefined {
  const { name, display = {} } = field;
  const { flags, dict, dev, odev = false } = display;
  if (flags !== undefined) return flagsFormatter(flagNames(flags));
  if (dict !== undefined) return (value) => JSON.stringify(dictName(dict, name, value) ?? value);
  return dev ? (value) => JSON.stringify(formatDevice(value, odev)) : undefined;
}

type FlagTable = ReadonlyArray<readonly [name: string, bit: number]>;

function flagsFormatter(table: FlagTable): (value: number) => string {
  const cache = new Map<number, string>();
  return (value) => {
    let text = cache.get(value);
    if (text === undefined) {
      if (cache.size >= CACHE_SIZE) cache.clear();
      cache.set(value, (text = JSON.stringify(formatFlags(value, table))));
    }
    return text;
  };
}

/** The names of all bits that have one, and the others in hexadecimal. */
function formatFlags(value: number, table: FlagTable): string {
  const names: string[] = [];
  let rest = value;
  for (const [name, bit] of table) {
    if ((value & bit) === 0) continue;
    names.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names.join(' | ');
}
