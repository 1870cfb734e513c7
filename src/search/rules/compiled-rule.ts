/** A rule made ready: where a text stands that every match has, is there a match around it, and what of it is the secret? */
import { LONGEST_MATCH, type Match } from '../finder.ts';
import { parsePattern, withoutFlags } from '../parse-pattern.ts';
import { PatternFinder } from '../pattern-finder.ts';
import { longest, requiredBytes } from '../required-bytes.ts';
import { entropyOf } from './entropy.ts';
import type { Allowance, Rule } from './rule.ts';

/** How far before its keyword a match may begin. */
export const REACH: number = 160;
const FLAG = /\(\?-?i[:)]/;

/** What of a match is the secret: from the first byte to the one behind the last. */
export interface SecretMatch extends Match {
  readonly rule: Rule;
  readonly secret: Match;
}

export class CompiledRule {
  readonly rule: Rule;
  readonly #finder: PatternFinder;
  readonly #groups: RegExp;
  readonly #longest: number;
  /** Whether every match begins with its keyword. */
  readonly #beginsWithKeyword: boolean;
  readonly #allow: readonly ((secret: string, match: string) => boolean)[];

  /** Throws a CritError with code "usage" where the pattern is none. */
  constructor(rule: Rule) {
    this.rule = rule;
    const pattern = parsePattern(rule.pattern, false);
    this.#finder = new PatternFinder(pattern);
    this.#longest = Math.min(longest(pattern), LONGEST_MATCH);
    const { bytes, before } = requiredBytes(pattern);
    const beginning = Buffer.from(bytes).toString('latin1').toLowerCase();
    this.#beginsWithKeyword =
      before === 0 && beginning !== '' && rule.keywords.every((keyword) => beginning.startsWith(keyword.toLowerCase()));
    this.#groups = new RegExp(withoutFlags(rule.pattern), FLAG.test(rule.pattern) ? 'dim' : 'dm');
    this.#allow = (rule.allow ?? []).map(allowanceOf);
  }

  /** The match around a keyword at `at` that begins at `floor` or later. */
  around(bytes: Buffer, at: number, floor: number, isWhole: boolean): SecretMatch | undefined {
    const match = this.#beginsWithKeyword
      ? this.#matchAt(bytes, at, isWhole)
      : this.#matchNear(bytes, at, floor, isWhole);
    return match && this.#judged(bytes, match);
  }

  #matchAt(bytes: Buffer, start: number, isWhole: boolean): Match | undefined {
    const limit = Math.min(bytes.length, start + LONGEST_MATCH);
    const end = this.#finder.endAt(bytes, start, limit, isWhole && limit === bytes.length);
    return end > start ? { start, end } : undefined;
  }

  #matchNear(bytes: Buffer, at: number, floor: number, isWhole: boolean): Match | undefined {
    const from = Math.max(floor, at - REACH);
    const limit = Math.min(bytes.length, at + this.#longest + 1);
    // One byte before belongs to it, since a pattern can ask what stands before a match.
    const origin = Math.max(0, from - 1);
    const view = bytes.subarray(origin, limit);
    for (let next = from - origin; ;) {
      const match = this.#finder.find(view, next, isWhole && limit === bytes.length);
      if (!match || origin + match.start > at) return undefined;
      if (origin + match.end > at) return { start: origin + match.start, end: origin + match.end };
      next = match.end;
    }
  }

  /** The match with its secret, where it is one. */
  #judged(bytes: Buffer, match: Match): SecretMatch | undefined {
    const text = bytes.toString('latin1', match.start, match.end);
    const secret = this.#secretOf(text, match);
    const { entropy } = this.rule;
    if (entropy !== undefined && entropyOf(bytes.subarray(secret.start, secret.end)) < entropy) return undefined;
    const word = bytes.toString('latin1', secret.start, secret.end);
    if (this.#allow.some((allows) => allows(word, text))) return undefined;
    return { ...match, rule: this.rule, secret };
  }

  #secretOf(text: string, { start, end }: Match): Match {
    const indices = this.#groups.exec(text)?.indices ?? [];
    const { group } = this.rule;
    const found = group === undefined ? indices.slice(1).find((each) => each !== undefined) : indices[group];
    return found && found[1] > found[0] ? { start: start + found[0], end: start + found[1] } : { start, end };
  }
}

function allowanceOf({ target, patterns, words }: Allowance): (secret: string, match: string) => boolean {
  const expressions = patterns.map((each) => new RegExp(withoutFlags(each), FLAG.test(each) ? 'i' : ''));
  const lower = words.map((word) => word.toLowerCase());
  return (secret, match) => {
    const text = target === 'secret' ? secret : match;
    const small = text.toLowerCase();
    return expressions.some((each) => each.test(text)) || lower.some((word) => small.includes(word));
  };
}
