import { AROUND_MATCH, type Match } from '../finder.ts';
import { parseGoPattern } from '../go-pattern.ts';
import { PatternFinder } from '../pattern-finder.ts';
import type { Allowance } from './rule.ts';

/** Many rules have the same ones, and most are never asked for. */
const finders = new WeakMap<Allowance, readonly PatternFinder[]>();

/** Whether what was found is no secret. Throws a CritError with code "usage" where a pattern is none. */
export function isAllowed(allowance: Allowance, bytes: Buffer, match: Match, secret: Match): boolean {
  const { target, patterns, words, isBoth = false } = allowance;
  let made = finders.get(allowance);
  if (!made) {
    made = patterns.map((pattern) => new PatternFinder(parseGoPattern(pattern, 'of all')));
    finders.set(allowance, made);
  }
  const { start, end } = target === 'secret' ? secret : target === 'match' ? match : lineOf(bytes, match);
  // The ends of this text are the ends of all that the pattern sees.
  const text = bytes.subarray(start, end);
  const isFound = made.some((finder) => finder.find(text, 0, true) !== undefined);
  const value = bytes.toString('latin1', secret.start, secret.end).toLowerCase();
  const hasWord = words.some((word) => value.includes(word.toLowerCase()));
  return isBoth ? isFound && hasWord : isFound || hasWord;
}

/** The line, or in memory the run of text, that a match is on. */
function lineOf(bytes: Buffer, { start, end }: Match): Match {
  const isBorder = (byte: number | undefined): boolean => byte === undefined || byte === 0 || byte === 10;
  let [first, last] = [start, end];
  while (start - first < AROUND_MATCH && !isBorder(bytes[first - 1])) first--;
  while (last - end < AROUND_MATCH && !isBorder(bytes[last])) last++;
  return { start: first, end: last };
}
