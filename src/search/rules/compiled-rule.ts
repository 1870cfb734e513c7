/** A rule made ready: where a text stands that every match has, is there a match around it, and what of it is the secret? */
import { AROUND_MATCH, LONGEST_MATCH, type Finder, type Match } from '../finder.ts';
import { parseGoPattern } from '../go-pattern.ts';
import { Groups } from '../groups.ts';
import { KeywordSet } from '../keyword-set.ts';
import { PatternFinder } from '../pattern-finder.ts';
import { longest } from '../required-bytes.ts';
import { isAllowed } from './allowance.ts';
import { entropyOf } from './entropy.ts';
import { beginsWith } from './keywords-of.ts';
import type { Rule } from './rule.ts';

/** How far before its keyword a match may begin. */
export const MOST_BEFORE = 1024;

/** What stands behind the longest match can decide whether it is a secret. */
export const RULE_REACH: number = LONGEST_MATCH + AROUND_MATCH;

/** What of a match is the secret: from the first byte to the one behind the last. */
export interface SecretMatch extends Match {
  readonly rule: Rule;
  readonly secret: Match;
}

export class CompiledRule implements Finder<SecretMatch> {
  readonly reach: number = RULE_REACH;
  readonly rule: Rule;
  /** How far before its keyword a match can begin. */
  readonly before: number;
  readonly #longest: number;
  readonly #near: KeywordSet | undefined;
  // Of many rules most are never tried.
  readonly #finder: () => PatternFinder;
  readonly #groups: () => Groups;

  /** Throws a CritError with code "usage" where a pattern is none. */
  constructor(rule: Rule) {
    this.rule = rule;
    const pattern = parseGoPattern(rule.pattern, 'of runs');
    this.#finder = once(() => new PatternFinder(pattern));
    this.#groups = once(() => new Groups(pattern));
    this.#longest = Math.min(longest(pattern), LONGEST_MATCH);
    this.before = beginsWith(pattern, rule.keywords) ? 0 : Math.min(this.#longest, MOST_BEFORE);
    this.#near = rule.near?.length ? new KeywordSet(rule.near) : undefined;
  }

  /** The first secret from `from` on, wherever it stands. */
  find(bytes: Buffer, from: number, isWhole: boolean): SecretMatch | undefined {
    for (let next = from; ;) {
      const match = this.#finder().find(bytes, next, isWhole);
      const secret = match && this.#judged(bytes, match);
      if (!match || secret) return secret;
      next = match.end;
    }
  }

  /** The match around a keyword at `at` that begins at `floor` or later. */
  around(bytes: Buffer, at: number, floor: number, isWhole: boolean): SecretMatch | undefined {
    const match = this.before === 0 ? this.#matchAt(bytes, at, isWhole) : this.#matchNear(bytes, at, floor, isWhole);
    return match && this.#judged(bytes, match);
  }

  #matchAt(bytes: Buffer, start: number, isWhole: boolean): Match | undefined {
    const limit = Math.min(bytes.length, start + LONGEST_MATCH);
    const end = this.#finder().endAt(bytes, start, limit, isWhole && limit === bytes.length);
    return end > start ? { start, end } : undefined;
  }

  #matchNear(bytes: Buffer, at: number, floor: number, isWhole: boolean): Match | undefined {
    const from = Math.max(floor, at - this.before);
    const limit = Math.min(bytes.length, at + this.#longest + 1);
    // One byte before belongs to it, since a pattern can ask what stands before a match.
    const origin = Math.max(0, from - 1);
    const view = bytes.subarray(origin, limit);
    for (let next = from - origin; ;) {
      const match = this.#finder().find(view, next, isWhole && limit === bytes.length);
      if (!match || origin + match.start > at) return undefined;
      if (origin + match.end > at) return { start: origin + match.start, end: origin + match.end };
      next = match.end;
    }
  }

  /** The match with its secret, where it is one. */
  #judged(bytes: Buffer, match: Match): SecretMatch | undefined {
    const { start, end } = match;
    if (this.#near && !this.#near.next(bytes.subarray(Math.max(0, start - AROUND_MATCH), end + AROUND_MATCH), 0))
      return undefined;
    const secret = this.#secretOf(bytes, match);
    const { entropy = 0, allow = [] } = this.rule;
    if (entropy > 0 && entropyOf(bytes.subarray(secret.start, secret.end)) <= entropy) return undefined;
    if (allow.some((each) => isAllowed(each, bytes, match, secret))) return undefined;
    return { ...match, rule: this.rule, secret };
  }

  #secretOf(bytes: Buffer, match: Match): Match {
    const { group = -1 } = this.rule;
    if (group === 0) return match;
    const groups = this.#groups().in(bytes, match);
    const isSecret = (found: Match | undefined): boolean => found !== undefined && found.end > found.start;
    const chosen = group > 0 ? groups[group - 1] : groups.find(isSecret);
    return chosen && isSecret(chosen) ? chosen : match;
  }
}

/** Makes something when it is asked for, once. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
