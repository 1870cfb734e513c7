/** What is to be overwritten, as people say it. */
import type { Encoding } from '../search/encoded-texts.ts';
import type { Finder } from '../search/finder.ts';
import { parsePattern } from '../search/parse-pattern.ts';
import { patternFinders } from '../search/pattern-finder.ts';
import { KNOWN_RULES } from '../search/rules/known-rules.ts';
import { ruleFinder } from '../search/rules/rule-finder.ts';
import { finderOf } from '../search/text-finder.ts';
import { EnvFinder, namePattern } from './env-finder.ts';
import type { AnyMatch, Sought } from './scanner.ts';

export interface Secrets {
  /** Texts as they are. */
  readonly texts?: readonly string[] | undefined;
  /** Encodings in which the texts are looked for as well. */
  readonly encodings?: readonly Encoding[] | undefined;
  /** Regular expressions of JavaScript for bytes, as crit-grep takes them. */
  readonly patterns?: readonly string[] | undefined;
  /** Whether ASCII letters of texts and patterns match in either case. */
  readonly ignoreCase?: boolean | undefined;
  /** Names of environment variables, in which `*` stands for any letters. */
  readonly env?: readonly string[] | undefined;
  /** Secrets of known kinds: all but the broad ones, or those of these names. */
  readonly known?: boolean | readonly string[] | undefined;
}

/** Throws a CritError with code "usage" where one of them is none. */
export function soughtOf({ texts = [], patterns = [], env = [], known = false, ...rest }: Secrets): Sought[] {
  const { encodings = [], ignoreCase = false } = rest;
  const parsed = patterns.map((pattern) => parsePattern(pattern, ignoreCase));
  const finders = patternFinders([...parsed, ...env.map(namePattern)]);
  const ofNames = finders.splice(parsed.length);
  return [
    ...(texts.length > 0 ? [{ name: 'text', finder: finderOf(texts, { kind: 'text', ignoreCase, encodings }) }] : []),
    ...finders.map((finder) => ({ name: 'pattern', finder })),
    ...env.flatMap((glob, index) => {
      const names = ofNames[index];
      return names ? [{ name: `env ${glob}`, finder: new EnvFinder(glob, names), isOfStrings: true }] : [];
    }),
    ...(known === false ? [] : [{ name: 'secret', finder: knownSecrets(known) }]),
  ];
}

function knownSecrets(which: true | readonly string[]): Finder<AnyMatch> {
  const chosen = KNOWN_RULES.filter(({ id, isBroad = false }) => (which === true ? !isBroad : which.includes(id)));
  return ruleFinder(chosen);
}
