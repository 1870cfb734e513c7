/** Finds secrets of many kinds in one pass: first the texts that matches have, then, around them, the patterns. */
import { AnyFinder, type Finder } from '../finder.ts';
import { KeywordSet } from '../keyword-set.ts';
import { CompiledRule, RULE_REACH, type SecretMatch } from './compiled-rule.ts';
import type { Rule } from './rule.ts';

/** Finds what any of some rules finds. Throws a CritError with code "usage" where a pattern is none. */
export function ruleFinder(rules: readonly Rule[]): Finder<SecretMatch> {
  const compiled = rules.map((rule) => new CompiledRule(rule));
  const everywhere = compiled.filter(({ rule }) => rule.keywords.length === 0);
  const others = compiled.filter(({ rule }) => rule.keywords.length > 0);
  const byKeyword = new KeywordFinder(others);
  return everywhere.length === 0 ? byKeyword : new AnyFinder([byKeyword, ...everywhere]);
}

class KeywordFinder implements Finder<SecretMatch> {
  readonly reach: number = RULE_REACH;
  readonly #keywords: KeywordSet;
  /** The rules of each keyword. */
  readonly #rules: readonly (readonly CompiledRule[])[];
  /** How far before a keyword a match can begin. */
  readonly #before: number;

  constructor(rules: readonly CompiledRule[]) {
    const byKeyword = new Map<string, CompiledRule[]>();
    for (const rule of rules) {
      for (const keyword of new Set(rule.rule.keywords.map((each) => each.toLowerCase()))) {
        const others = byKeyword.get(keyword);
        if (others) others.push(rule);
        else byKeyword.set(keyword, [rule]);
      }
    }
    this.#keywords = new KeywordSet([...byKeyword.keys()]);
    this.#rules = [...byKeyword.values()];
    this.#before = Math.max(0, ...rules.map(({ before }) => before));
  }

  /** The match that begins first; of those that begin at the same place, the longest. */
  find(bytes: Buffer, from: number, isWhole: boolean): SecretMatch | undefined {
    let best: SecretMatch | undefined;
    let hit = this.#keywords.next(bytes, from);
    while (hit) {
      for (const { keyword, start } of hit.found) {
        for (const rule of this.#rules[keyword] ?? []) {
          if (best && start > best.start + rule.before) continue;
          const match = rule.around(bytes, start, from, isWhole);
          if (!match) continue;
          if (!best || match.start < best.start || (match.start === best.start && match.end > best.end)) best = match;
        }
      }
      // A match can begin before its keyword: one around a later keyword may still be the first.
      hit = this.#keywords.next(bytes, from, hit.at, best ? best.start + this.#before + 1 : bytes.length);
    }
    return best;
  }
}
