/** What is looked for, as the options say it. */
import { CritError } from '../../error.ts';
import { didYouMean } from '../../nearest.ts';
import type { EncodedMatch } from '../../search/encoded-finder.ts';
import { ENCODINGS, type Encoding } from '../../search/encoded-texts.ts';
import type { Finder, Match } from '../../search/finder.ts';
import { KNOWN_RULES } from '../../search/rules/known-rules.ts';
import type { SecretMatch } from '../../search/rules/compiled-rule.ts';
import { readGitleaksRules } from '../../search/rules/gitleaks.ts';
import type { Rule } from '../../search/rules/rule.ts';
import { ruleFinder } from '../../search/rules/rule-finder.ts';
import { finderOf } from '../../search/text-finder.ts';
import type { Arguments } from '../command/arguments.ts';
import type { Diagnostics } from './diagnostics.ts';
import { textFile } from './text-file.ts';

/** What is found: something, a text in an encoding, or a secret of a known kind. */
export type Sought = Match | EncodedMatch | SecretMatch;

/** The patterns of -e and of the files of -f. Throws a CritError where a file has an empty line or is no text. */
export function givenPatterns(args: Arguments): string[] {
  return [...args.values('regexp'), ...args.values('file').flatMap(linesOf)];
}

/** What kind of patterns they are; undefined for regular expressions. */
export function kindOf(args: Arguments): 'text' | 'hex' | 'utf16' | undefined {
  if (args.flag('hex') && args.flag('utf16')) throw new CritError('usage', '--hex and --utf16 exclude each other');
  if (args.flag('hex')) return 'hex';
  if (args.flag('utf16')) return 'utf16';
  return args.flag('fixed-strings') ? 'text' : undefined;
}

/** Finds any of the patterns as the options say what they are. */
export function patternFinder(args: Arguments, patterns: readonly string[]): Finder<Match | EncodedMatch> {
  const kind = kindOf(args);
  const encodings = encodingsOf(args.value('encodings'));
  if (encodings.length > 0 && kind !== 'text')
    throw new CritError('usage', '--encodings are those of text as it is: -F goes with it');
  return finderOf(patterns, { kind, ignoreCase: args.flag('ignore-case'), encodings });
}

/** Finds all kinds of secrets that are known but the broad ones, or those that --rule names. */
export function secretFinder(args: Arguments, rules: readonly Rule[]): Finder<SecretMatch> {
  const ids = args.values('rule');
  const known = rules.map(({ id }) => id);
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined)
    throw new CritError(
      'usage',
      `no rule is called ${unknown}${didYouMean(unknown, known) || ': --list-rules prints all'}`,
    );
  return ruleFinder(rules.filter(({ id, isBroad = false }) => (ids.length > 0 ? ids.includes(id) : !isBroad)));
}

/** The rules that are known, and those of the files of --rules, of which each takes the place of one with the same id. */
export function givenRules(args: Arguments, diagnostics: Diagnostics): Rule[] {
  const rules = new Map(KNOWN_RULES.map((rule) => [rule.id, rule]));
  for (const file of args.values('rules')) {
    const found = readGitleaksRules(textFile(file), file);
    for (const rule of found.rules) rules.set(rule.id, rule);
    for (const note of found.notes) diagnostics.warn(`${file}: ${note}`);
  }
  return [...rules.values()];
}

/** The encodings of a list. */
export function encodingsOf(list: string | undefined): Encoding[] {
  return (list === undefined ? [] : list.split(',')).map((name) => {
    const encoding = ENCODINGS.find((each) => each === name);
    if (encoding) return encoding;
    const others = didYouMean(name, ENCODINGS) || `: ${ENCODINGS.join(', ')} are known`;
    throw new CritError('usage', `--encodings: no encoding is called "${name}"${others}`);
  });
}

/** Patterns, one a line. */
export function linesOf(file: string): string[] {
  const lines = textFile(file).split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const empty = lines.indexOf('');
  // grep would find it everywhere.
  if (empty >= 0) throw new CritError('usage', 'an empty pattern is everywhere', { image: file, line: empty + 1 });
  if (lines.length === 0) throw new CritError('usage', 'no pattern is in it', { image: file });
  return lines;
}
