/** Finds environment variables with their values, wherever `NAME=value` stands: in an environment, in a copy of one, in text. */
import { CritError } from '../error.ts';
import { LONGEST_MATCH, type Finder } from '../search/finder.ts';
import { parsePattern } from '../search/parse-pattern.ts';
import type { Pattern } from '../search/pattern.ts';
import type { SecretMatch } from '../search/rules/compiled-rule.ts';
import type { Rule } from '../search/rules/rule.ts';

const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const TAB = 9;

/**
 * What a name looks like with the sign behind it. In a glob, `*` stands for any letters. Throws a CritError with code "usage" where
 * it can be no name.
 */
export function namePattern(glob: string): Pattern {
  if (!/^[\w*]+$/.test(glob)) throw new CritError('usage', `--env ${glob}: a name is expected, in which * may stand`);
  return parsePattern(`\\b${glob.replaceAll('*', '\\w*')}=`, false);
}

export class EnvFinder implements Finder<SecretMatch> {
  readonly reach: number = LONGEST_MATCH + 1;
  readonly #names: Finder;
  readonly #rule: Rule;

  /** `names` finds what `namePattern` gives for the glob. */
  constructor(glob: string, names: Finder) {
    this.#names = names;
    this.#rule = { id: `env ${glob}`, description: '', keywords: [], pattern: '' };
  }

  find(bytes: Buffer, from: number, isWhole: boolean): SecretMatch | undefined {
    for (let next = from; ;) {
      const name = this.#names.find(bytes, next, isWhole);
      if (!name) return undefined;
      const secret = valueOf(bytes, name.start, name.end);
      if (secret.end > secret.start)
        return { start: name.start, end: secret.end, rule: this.#rule, secret, isCut: secret.isCut };
      next = name.end;
    }
  }
}

/**
 * Where a value stands. A string of its own, as in an environment, goes to its zero; in other text a value goes to the end of the
 * line, or to a quotation mark.
 */
function valueOf(bytes: Buffer, nameAt: number, valueAt: number): { start: number; end: number; isCut: boolean } {
  const most = Math.min(bytes.length, nameAt + LONGEST_MATCH);
  const isOwn = nameAt === 0 || bytes[nameAt - 1] === 0;
  const first = bytes[valueAt];
  const start = !isOwn && (first === QUOTE || first === APOSTROPHE) ? valueAt + 1 : valueAt;
  let end = start;
  const isEnd = (byte: number): boolean => (isOwn ? byte === 0 : endsValue(byte));
  while (end < most && !isEnd(bytes[end] ?? 0)) end++;
  return { start, end, isCut: end === nameAt + LONGEST_MATCH && !isEnd(bytes[end] ?? 0) };
}

function endsValue(byte: number): boolean {
  return (byte < 0x20 && byte !== TAB) || byte === QUOTE || byte === APOSTROPHE;
}
