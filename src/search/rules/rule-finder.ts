/** Finds secrets of many kinds in one pass: first the texts that matches have, then, around them, the patterns. */
import type { Finder } from '../finder.ts';
import { KeywordSet } from '../keyword-set.ts';
import { CompiledRule, REACH, type SecretMatch } from './compiled-rule.ts';
import type { Rule } from './rule.ts';

export class RuleFinder implements Finder<SecretMatch> {
  readonly #keywords: KeywordSet;
  /** The rules of each keyword. */
  readonly #rules: readonly (readonly CompiledRule[])[];

  /** Throws a CritError with code "usage" where a pattern is none. */
  constructor(rules: readonly Rule[]) {
    const byKeyword = new Map<string, CompiledRule[]>();
    for (const rule of rules) {
      const compiled = new CompiledRule(rule);
      for (const keyword of new Set(rule.keywords.map((each) => each.toLowerCase()))) {
        const others = byKeyword.get(keyword);
        if (others) others.push(compiled);
        else byKeyword.set(keyword, [compiled]);
      }
    }
    this.#keywords = new KeywordSet([...byKeyword.keys()]);
    this.#rules = [...byKeyword.values()];
  }

  /** The match that begins first; of those that begin at the same place, the longest. */
  find(bytes: Buffer, from: number, isWhole: boolean): SecretMatch | undefined {
    let best: SecretMatch | undefined;
    let hit = this.#keywords.next(bytes, from);
    while (hit) {
      for (const { keyword, start } of hit.found) {
        for (const rule of this.#rules[keyword] ?? []) {
          const match = rule.around(bytes, start, from, isWhole);
          if (!match) continue;
          if (!best || match.start < best.start || (match.start === best.start && match.end > best.end)) best = match;
        }
      }
      // A match can begin before its keyword: one around a later keyword may still be the first.
      hit = this.#keywords.next(bytes, from, hit.at, best ? best.start + REACH + 1 : bytes.length);
    }
    return best;
  }
}
