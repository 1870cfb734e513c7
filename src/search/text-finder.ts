/** Finders for what people ask for: a text, bytes in hexadecimal digits, or a regular expression. */
import { CritError } from '../error.ts';
import { LONGEST_MATCH, AnyFinder, LiteralFinder, type Finder } from './finder.ts';
import { parsePattern } from './parse-pattern.ts';
import { PatternFinder } from './pattern-finder.ts';
import { literal } from './pattern.ts';

export interface FinderOptions {
  /** What the patterns are: regular expressions where it is left out. */
  readonly kind?: 'text' | 'hex' | 'utf16' | undefined;
  /** Whether ASCII letters match in either case. */
  readonly ignoreCase?: boolean;
}

/** A finder of any of some patterns. Throws a CritError with code "usage" where one is wrong. */
export function finderOf(patterns: readonly string[], options: FinderOptions = {}): Finder {
  const finders = patterns.map((pattern) => one(pattern, options));
  const [first] = finders;
  if (!first) throw new CritError('usage', 'no pattern to look for');
  return finders.length === 1 ? first : new AnyFinder(finders);
}

/** Finds printable text of at least some characters, as strings(1) does. */
export function stringsFinder(least: number): Finder {
  if (!Number.isInteger(least) || least < 1 || least > 4096) throw new CritError('usage', '-n: 1 to 4096 is expected');
  return new PatternFinder(parsePattern(`[\\t\\x20-\\x7e]{${least},}`, false));
}

function one(pattern: string, { kind, ignoreCase = false }: FinderOptions): Finder {
  if (kind === undefined) return new PatternFinder(parsePattern(pattern, ignoreCase));
  const bytes = kind === 'hex' ? hexBytes(pattern) : Buffer.from(pattern, kind === 'utf16' ? 'utf16le' : 'utf8');
  if (bytes.length === 0) throw new CritError('usage', 'an empty pattern is everywhere');
  if (bytes.length > LONGEST_MATCH) throw new CritError('usage', `a pattern of more than ${LONGEST_MATCH >> 10} KiB`);
  return ignoreCase && kind !== 'hex' ? new PatternFinder(literal(bytes, true)) : new LiteralFinder(bytes);
}

function hexBytes(text: string): Buffer {
  const digits = text.replace(/\s|0x/g, '');
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(digits)) throw new CritError('usage', `not pairs of hexadecimal digits: ${text}`);
  return Buffer.from(digits, 'hex');
}
