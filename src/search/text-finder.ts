/** Finders for what people ask for: a text, bytes in hexadecimal digits, or a regular expression. */
import { CritError } from '../error.ts';
import { EncodedFinder } from './encoded-finder.ts';
import { encodedTexts, SHORTEST_IN_BASE64, type EncodedText, type Encoding } from './encoded-texts.ts';
import { LONGEST_MATCH, AnyFinder, LiteralFinder, type Finder } from './finder.ts';
import { parsePattern } from './parse-pattern.ts';
import { PatternFinder, patternFinders } from './pattern-finder.ts';
import { literal, type Pattern } from './pattern.ts';

export interface FinderOptions {
  /** What the patterns are: regular expressions where it is left out. */
  readonly kind?: 'text' | 'hex' | 'utf16' | undefined;
  /** Whether ASCII letters match in either case. */
  readonly ignoreCase?: boolean;
  /** Encodings of texts that are looked for as well. */
  readonly encodings?: readonly Encoding[];
}

/** A finder of any of some patterns. Throws a CritError with code "usage" where one is wrong. */
export function finderOf(patterns: readonly string[], options: FinderOptions = {}): Finder {
  const { kind, ignoreCase = false, encodings = [] } = options;
  if (encodings.length > 0) {
    if (kind !== 'text' || ignoreCase)
      throw new CritError('usage', 'encodings are those of text as it is: -F, without -i');
    return new EncodedFinder(patterns.flatMap((pattern) => formsOf(pattern, encodings)));
  }
  const [first, ...others] = patterns;
  if (first === undefined) throw new CritError('usage', 'no pattern to look for');
  if (others.length === 0) return one(first, options);
  if (kind === undefined || (ignoreCase && kind !== 'hex'))
    return new AnyFinder(patternFinders(patterns.map((pattern) => patternOf(pattern, kind, ignoreCase))));
  return new EncodedFinder(patterns.map((pattern) => asIs(bytesOf(pattern, kind))));
}

/** Finds printable text of at least some characters, as strings(1) does. */
export function stringsFinder(least: number): Finder {
  if (!Number.isInteger(least) || least < 1 || least > 4096) throw new CritError('usage', '-n: 1 to 4096 is expected');
  return new PatternFinder(parsePattern(`[\\t\\x20-\\x7e]{${least},}`, false));
}

function one(text: string, { kind, ignoreCase = false }: FinderOptions): Finder {
  if (kind !== undefined && (!ignoreCase || kind === 'hex')) return new LiteralFinder(bytesOf(text, kind));
  const pattern = patternOf(text, kind, ignoreCase);
  return patternFinders([pattern])[0] ?? new PatternFinder(pattern);
}

function patternOf(text: string, kind: 'text' | 'utf16' | undefined, ignoreCase: boolean): Pattern {
  return kind === undefined ? parsePattern(text, ignoreCase) : literal(bytesOf(text, kind), ignoreCase);
}

function bytesOf(pattern: string, kind: 'text' | 'hex' | 'utf16'): Buffer {
  const bytes = kind === 'hex' ? hexBytes(pattern) : Buffer.from(pattern, kind === 'utf16' ? 'utf16le' : 'utf8');
  if (bytes.length === 0) throw new CritError('usage', 'an empty pattern is everywhere');
  if (bytes.length > LONGEST_MATCH) throw new CritError('usage', `a pattern of more than ${LONGEST_MATCH >> 10} KiB`);
  return bytes;
}

function formsOf(pattern: string, encodings: readonly Encoding[]): EncodedText[] {
  const { length } = bytesOf(pattern, 'text');
  if (encodings.includes('base64') && length < SHORTEST_IN_BASE64)
    throw new CritError('usage', `in base64 a text of fewer than ${SHORTEST_IN_BASE64} bytes is everywhere`);
  const forms = encodedTexts(pattern, encodings);
  const longest = Math.max(...forms.map(({ bytes }) => bytes.length));
  if (longest > LONGEST_MATCH) throw new CritError('usage', `a pattern of more than ${LONGEST_MATCH >> 10} KiB`);
  return forms;
}

function asIs(bytes: Buffer): EncodedText {
  return { bytes, encoding: undefined, isCutBefore: false, isCutBehind: false };
}

function hexBytes(text: string): Buffer {
  const digits = text.replace(/\s|0x/g, '');
  if (!/^(?:[0-9a-fA-F]{2})+$/.test(digits)) throw new CritError('usage', `not pairs of hexadecimal digits: ${text}`);
  return Buffer.from(digits, 'hex');
}
