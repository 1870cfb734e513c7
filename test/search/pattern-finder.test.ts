/** The finder against JavaScript's own engine, which says what a pattern means. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { types } from 'node:util';
import { createContext, Script } from 'node:vm';
import * as fc from 'fast-check';
import { CritError } from '../../src/error.ts';
import { parsePattern } from '../../src/search/parse-pattern.ts';
import { PatternFinder, patternFinders } from '../../src/search/pattern-finder.ts';
import type { Finder } from '../../src/search/finder.ts';

function finderOf(source: string, ignoreCase = false): PatternFinder {
  return new PatternFinder(parsePattern(source, ignoreCase));
}

function all(finder: Finder, bytes: Buffer): string[] {
  const found: string[] = [];
  for (let from = 0; ;) {
    const match = finder.find(bytes, from, true);
    if (!match) return found;
    found.push(`${match.start}-${match.end}`);
    from = match.end;
  }
}

/** More than JavaScript takes for any of these, but where it backtracks without end, in milliseconds. */
const PATIENCE = 200;
const SEARCH = new Script(`[...text.matchAll(new RegExp(source, flags))].filter(([text]) => text !== '')
  .map((match) => match.index + '-' + (match.index + match[0].length)).join(' ')`);

const names = createContext({});

/** Undefined where JavaScript does not come back from a pattern. */
function expected(source: string, flags: string, bytes: Buffer): string[] | undefined {
  Object.assign(names, { text: bytes.toString('latin1'), source, flags: `gm${flags}` });
  try {
    return String(SEARCH.runInContext(names, { timeout: PATIENCE }))
      .split(' ')
      .filter((place) => place !== '');
  } catch (error) {
    // It is an error of the other context.
    if (types.isNativeError(error) && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      return undefined;
    throw error;
  }
}

/** What is found is what JavaScript finds; it is found also where that does not come back. */
function checkFound(finder: Finder | undefined, source: string, ignoreCase: boolean, bytes: Buffer): void {
  const found = finder && all(finder, bytes);
  const wanted = expected(source, ignoreCase ? 'i' : '', bytes);
  if (wanted) assert.deepEqual(found, wanted, source);
}

const atom = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', '-', 'A', '\\n') },
  fc.constantFrom(
    '.',
    '[ab]',
    '[^a]',
    '\\w',
    '\\W',
    '\\d',
    '\\s',
    '\\S',
    '[a-c\\n]',
    '\\xff',
    '[\\x80-\\xff]',
    '[^\\0]',
  ),
  fc.constantFrom('^', '$', '\\b', '\\B'),
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{2,}', '*?', '+?', '??', '{1,2}?');
const isPlace = (text: string): boolean => /^(?:\^|\$|\\b|\\B)$/.test(text);
// A repeated part that can be empty is tried in another order by engines; that is no matter of where matches are.
const { pattern } = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc
    .array(fc.array(tie('part'), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((options) => options.map((parts) => parts.join('')).join('|')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(atom, quantifier).map(([text, times]) => (isPlace(text) ? text : text + times)),
    fc.tuple(tie('pattern'), fc.constantFrom('', '', '?', '{2}', '*', '+', '+?')).map(([inner, times]) => {
      return isNullable(inner) ? `(${inner})` : `(?:${inner})${times}`;
    }),
  ),
}));
/** Whether a pattern matches nothing at some place. */
function isNullable(source: string): boolean {
  const texts = ['', 'a', ' ', '\n', 'a ', ' a', '\na', 'a\n', '  ', 'aa'];
  return texts.some((text) => [...text.matchAll(new RegExp(source, 'gm'))].some(([match]) => match === ''));
}
const text = fc.array(fc.constantFrom('a', 'b', 'c', '-', 'A', '\n', ' ', '1', '\xff', '\0'), { maxLength: 40 });

test('finds what JavaScript finds, with any pattern in any bytes', () => {
  fc.assert(
    fc.property(pattern, text, fc.boolean(), (source, letters, ignoreCase) => {
      const bytes = Buffer.from(letters.join(''), 'latin1');
      checkFound(finderOf(source, ignoreCase), source, ignoreCase, bytes);
    }),
    { numRuns: 300 },
  );
});

test('several patterns find what each finds by itself, in any case of letters, whoever asks first', () => {
  const word = fc.constantFrom(
    'abc',
    'ABC-',
    'cab',
    'b-a',
    'aAbB',
    'c\\w{0,3}abc',
    'abc+',
    '\\babc\\b',
    '[ab]{1,3}cab',
    '-?bca{2}',
  );
  const some = fc.array(fc.oneof(word, pattern), { minLength: 1, maxLength: 20 });
  const long = fc.array(fc.constantFrom('a', 'b', 'c', '-', 'A', 'B', 'abc', 'cab', 'bcaa'), { maxLength: 60 });
  fc.assert(
    fc.property(some, long, fc.boolean(), (sources, letters, ignoreCase) => {
      const bytes = Buffer.from(letters.join(''), 'latin1');
      const finders = patternFinders(sources.map((source) => parsePattern(source, ignoreCase)));
      for (const [index, source] of sources.entries()) checkFound(finders[index], source, ignoreCase, bytes);
    }),
    { numRuns: 300 },
  );
});

test('a match is whole where what it must have stands again and again, and that takes no longer', () => {
  const bytes = Buffer.from('ab'.repeat(20_000));
  bytes.write('xabababababay', 10_000);
  bytes.write('zab', 30_000);
  for (const source of ['x(?:ab){5}ay', '\\bx?ab[^z]{0,100}zab', '(?:ab){4}$']) {
    const wide = new RegExp(source, 'gm').exec(bytes.toString('latin1'));
    const match = finderOf(source).find(bytes, 0, true);
    assert.equal(
      match && `${match.start}-${match.end}`,
      wide ? `${wide.index}-${wide.index + wide[0].length}` : undefined,
    );
  }
});

test('takes patterns that runaway engines do not come back from, and long counts', () => {
  const bytes = Buffer.alloc(1 << 20, 'a');
  for (const source of ['(a+)+b', '(a|aa)+$b', 'a*b', '(.*)*x', '(?:a?){30}a{30}c', '[0-9a-f]{64}x']) {
    assert.equal(finderOf(source).find(bytes, 0, true), undefined, source);
  }
  // States are forgotten when there are too many of them.
  assert.deepEqual(all(finderOf('(?:a|b)*a(?:a|b){15}c'), Buffer.from(`${'ab'.repeat(50_000)}c`)), ['34465-100001']);
});

test('cuts a match at 64 KiB', () => {
  const bytes = Buffer.from(`-${'a'.repeat(100_000)}-`);
  assert.deepEqual(all(finderOf('a+'), bytes), ['1-65537', '65537-100001']);
});

test('a character beyond ASCII is its bytes in UTF-8', () => {
  assert.deepEqual(all(finderOf('é+'), Buffer.from('-é-éé-')), ['1-3', '4-8']);
});

test('refuses what an automaton cannot follow, with the reason', () => {
  for (const [source, reason] of [
    ['(?=a)b', /looks around/],
    ['(?<!a)b', /looks around/],
    ['(a)\\1', /refers back/],
    ['(?<n>a)\\k<n>', /refers back/],
    ['[é]', /more than one byte/],
    ['a{100000}', /too long/],
    ['(', /Unterminated group/],
    ['*a', /Nothing to repeat/],
  ] as const) {
    assert.throws(
      () => finderOf(source),
      (error) => error instanceof CritError && error.code === 'usage' && reason.test(error.message),
      source,
    );
  }
});

test('switches the case within a pattern, as RE2 does', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['(?i)abc', 'xABCx', 'ABC'],
    ['a(?i)bc', 'ABC aBC', 'aBC'],
    ['a(?i:b)c', 'aBC aBc', 'aBc'],
    ['(?i)a(?-i:b)c', 'ABC Abc', 'Abc'],
    ['(x(?i)y)z', 'xYZ xYz', 'xYz'],
    ['(?P<name>ab)c', 'abc', 'abc'],
    ['[(?i)]+', '(?i)', '(?i)'],
    ['\\(?i\\)', 'i) (i)', 'i)'],
  ];
  for (const [source, searched, found] of cases) {
    const match = finderOf(source).find(Buffer.from(searched), 0, true);
    assert.equal(match && searched.slice(match.start, match.end), found, source);
  }
});

test('what JavaScript does not come back from is found all the same, and does not keep this test', () => {
  const bytes = Buffer.from(`${'a'.repeat(60)}-`);
  assert.equal(expected('(?:a|a)+b', '', bytes), undefined);
  assert.deepEqual(all(finderOf('(?:a|a)+b|-'), bytes), ['60-61']);
});
