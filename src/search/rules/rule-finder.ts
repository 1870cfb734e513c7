/** Finds secrets of many kinds in one pass: first the texts that matches have, then, around them, the patterns. */
import { AnyFinder, type Finder } from '../finder.ts';
import { KeywordSet } from '../keyword-set.ts';
import { CompiledRule, MOST_BEFORE, once, RULE_REACH, type SecretMatch } from './compiled-rule.ts';
import type { Rule } from './rule.ts';

/** Finds what any of some rules finds. Their patterns are known to be some: a rule is compiled when one of its keywords is met. */
export function ruleFinder(rules: readonly Rule[]): Finder<SecretMatch> {
  const everywhere = rules.filter(({ keywords }) => keywords.length === 0).map((rule) => new CompiledRule(rule));
  const others = rules.filter(({ keywords }) => keywords.length > 0);
  const byKeyword = new KeywordFinder(others);
  return everywhere.length === 0 ? byKeyword : new AnyFinder([byKeyword, ...everywhere]);
}

class KeywordFinder implements Finder<SecretMatch> {
  readonly reach: number = RULE_REACH;
  readonly #keywords: KeywordSet;
  /** The rules of each keyword. Of many rules most are never tried. */
  readonly #rules: readonly (readonly (() => CompiledRule)[])[];

  constructor(rules: readonly Rule[]) {
    const byKeyword = new Map<string, (() => CompiledRule)[]>();
    for (const rule of rules) {
      const compiled = once(() => new CompiledRule(rule));
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
        for (const compiled of this.#rules[keyword] ?? []) {
          const rule = compiled();
          if (best && start > best.start + rule.before) continue;
          const match = rule.around(bytes, start, from, isWhole);
          if (!match) continue;
          if (!best || match.start < best.start || (match.start === best.start && match.end > best.end)) best = match;
        }
      }
      // A match can begin before its keyword: one around a later keyword may still be the first.
      hit = this.#keywords.next(bytes, from, hit.at, best ? best.start + MOST_BEFORE + 1 : bytes.length);
    }
    return best;
  }
}
