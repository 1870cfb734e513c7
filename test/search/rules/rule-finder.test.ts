import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { Finder } from '../../../src/search/finder.ts';
import { parseGoPattern } from '../../../src/search/go-pattern.ts';
import { withoutFlags } from '../../../src/search/parse-pattern.ts';
import type { SecretMatch } from '../../../src/search/rules/compiled-rule.ts';
import { keywordsOf } from '../../../src/search/rules/keywords-of.ts';
import { KNOWN_RULES } from '../../../src/search/rules/known-rules.ts';
import type { Rule } from '../../../src/search/rules/rule.ts';
import { ruleFinder } from '../../../src/search/rules/rule-finder.ts';

function found(finder: Finder<SecretMatch>, text: string): string[] {
  const bytes = Buffer.from(text, 'latin1');
  const matches: string[] = [];
  for (let from = 0; ;) {
    const match = finder.find(bytes, from, true);
    if (!match) return matches;
    matches.push(`${match.rule.id}: ${bytes.toString('latin1', match.secret.start, match.secret.end)}`);
    from = match.end;
  }
}

const known = ruleFinder(KNOWN_RULES.filter(({ isBroad }) => isBroad !== true));

test('each rule has a name of its own', () => {
  const ids = KNOWN_RULES.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(ids)]);
});

test('every match of a rule has one of its keywords', () => {
  for (const { id, pattern, keywords } of KNOWN_RULES)
    assert.deepEqual(keywordsOf(parseGoPattern(pattern, 'of runs'), keywords), { keywords, near: [] }, id);
});

/** The pattern as strings are generated from: without what stands around them, and with one character for "any but". */
function generated(pattern: string): RegExp {
  const text = withoutFlags(pattern)
    .replaceAll('(?:)', '')
    .replace(/\\b|\|\$(?=\))/g, '')
    .replace(/\[\^[^\]]*\]/g, '[!]')
    // In Go a vertical tab is no space.
    .replaceAll('\\s', '[ \\t]');
  return new RegExp(`^(?:${text})$`);
}

for (const rule of KNOWN_RULES) {
  test(`what ${rule.id} describes is found, between zeros and in text`, () => {
    const finder = ruleFinder([{ ...rule, entropy: 0, allow: [] }]);
    const samples = fc.sample(fc.stringMatching(generated(rule.pattern)), {
      seed: 7,
      numRuns: 5,
    });
    for (const sample of samples) {
      const [secret = '', ...others] = found(finder, `\0\0${sample}\0`);
      assert.ok(secret !== '' && others.length === 0, JSON.stringify(sample));
      // What stands beside a secret is no part of it: it would be overwritten with it.
      assert.ok(!secret.includes('\0'), JSON.stringify(secret));
      assert.equal(found(finder, `a line\n${sample}\nand more`).length, 1, JSON.stringify(sample));
    }
  });
}

const SECRETS: Readonly<Record<string, readonly [text: string, found: readonly string[]]>> = {
  'the value alone is the secret': ['DB_PASSWORD=hunter2-and-more\0', ['env-password: hunter2-and-more']],
  'a password in a URL': ['x postgres://app:s3cr3tPw@db:5432/x', ['url-password: s3cr3tPw']],
  'an example is none': ['AKIAIOSFODNN7EXAMPLE', []],
  'a place to fill in is none': ['API_KEY=${API_KEY}\0PASSWORD=xxxxxxxxxxxx\0', []],
  'one character again and again is none': ['ghp_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', []],
  'two in a row': [
    'A_TOKEN=k3u8v0qz7w\0B_TOKEN=p9x2m4n6b8\0',
    ['env-password: k3u8v0qz7w', 'env-password: p9x2m4n6b8'],
  ],
  'an ordinary sentence': ['the token= parameter and the password, if any, are described below', []],
  'a variable of no other word': ['TOKEN=k3u8v0qz7w\0', ['env-password: k3u8v0qz7w']],
  'a URL without a password': ['https://example.com:8080/a@b', []],
};

for (const [name, [text, expected]] of Object.entries(SECRETS))
  test(name, () => assert.deepEqual(found(known, text), expected));

test('rules of others: groups, flags in the pattern, entropy, what is allowed', () => {
  const rule: Rule = {
    id: 'other',
    description: '',
    keywords: ['acme'],
    pattern: '(?i)[\\w.-]{0,50}?(?:acme)(?:[ \\t\\w.-]{0,20})=(?P<value>(?-i:[a-z]){4})(\\d{2})',
    group: 2,
    allow: [{ target: 'match', patterns: ['^test'], words: ['99'] }],
  };
  const finder = ruleFinder([rule]);
  assert.deepEqual(found(finder, 'my.ACME.key=abcd12'), ['other: 12']);
  assert.deepEqual(found(finder, 'my.ACME.key=ABCD12 test.acme=abcd12 acme=abcd99'), []);
  assert.deepEqual(found(ruleFinder([{ ...rule, entropy: 2 }]), 'acme=abcd12'), []);
});

test('a match across the border of what is searched is found when the rest is there', () => {
  const text = Buffer.from('x=1 DB_PASSWORD=hunter2-and-more\0', 'latin1');
  assert.equal(known.find(text.subarray(0, 10), 0, false), undefined);
  assert.equal(known.find(text, 0, false)?.secret.start, 16);
});

test('of two matches that overlap, the one that begins first is told, whichever keyword stands first', () => {
  const early: Rule = { id: 'early', description: '', keywords: ['last'], pattern: '[a-z]{4} [a-z-]{4,40} last' };
  const late: Rule = { id: 'late', description: '', keywords: ['first'], pattern: 'first-[a-z]{3}' };
  const finder = ruleFinder([late, early]);
  const text = Buffer.from('xx abcd first-abc last');
  const match = finder.find(text, 0, true);
  assert.deepEqual([match?.rule.id, match?.start], ['early', 3]);
});
