/** Go's regular expressions: what is the same in JavaScript against its engine, what is not by examples of Go's documentation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CritError } from '../../src/error.ts';
import { parseGoPattern } from '../../src/search/go-pattern.ts';
import { Groups } from '../../src/search/groups.ts';
import { PatternFinder } from '../../src/search/pattern-finder.ts';

function first(source: string, text: string): string | undefined {
  const bytes = Buffer.from(text, 'latin1');
  const match = new PatternFinder(parseGoPattern(source, 'of all')).find(bytes, 0, true);
  return match && bytes.toString('latin1', match.start, match.end);
}

const FOUND: readonly (readonly [pattern: string, text: string, found: string | undefined])[] = [
  ['a(?i)b|c', 'aB C', 'aB'],
  ['(?i:a(?-i:b)c)', 'ABC AbC', 'AbC'],
  ['(?i)[k-m]+', 'xKLMx', 'KLM'],
  ['a.b', 'a\nb a\rb', 'a\rb'],
  ['(?s)a.b', 'a\nb', 'a\nb'],
  ['(?s:.){2}x|..y', '\n\nx', '\n\nx'],
  ['^b', 'a\nb', undefined],
  ['(?m)^b$', 'a\nb\nc', 'b'],
  ['\\Ab|c\\z', 'a\nb c', 'c'],
  ['a\\z', 'ab az', undefined],
  ['(?U)a+b??', 'aaab', 'a'],
  ['(?U)a+?', 'aaab', 'aaa'],
  ['[[:alpha:]]+[[:digit:][:space:]]', 'ab c1 d', 'ab '],
  ['[[:^alnum:]_]+', 'ab_-!c', '_-!'],
  ['[[:xdigit:]]{3}[[:punct:]]', 'xyz,0aF;', '0aF;'],
  ['[]a]+', 'x]a]', ']a]'],
  ['[^]]+', ']]ab]', 'ab'],
  ['[\\w-.]+', ' a-b.c ', 'a-b.c'],
  ['[a-]+', 'b-a-', '-a-'],
  ['\\x41\\x{42}\\103\\a', 'ABC\x07', 'ABC\x07'],
  ['\\Qa.b*\\E+', 'a.b** a.b*', 'a.b**'],
  ['\\Q[', 'x[', '['],
  ['x{,2}', 'xx{,2}', 'x{,2}'],
  ['{a}}', '{a}}', '{a}}'],
  ['\\s', '\v\f', '\f'],
  ['a\\C', 'a\n', 'a\n'],
  ['(?P<x>a)(?<y>b)', 'ab', 'ab'],
  ['é+', 'xÃ©', 'Ã©'],
];

for (const [pattern, text, found] of FOUND)
  test(`${pattern} in ${JSON.stringify(text)}`, () => assert.equal(first(pattern, text), found));

test('what the flags and the ends of a group change ends with it', () => {
  assert.equal(first('(?:(?i)a)b', 'AB Ab'), 'Ab');
  assert.equal(first('(?i)((?-i)a)b', 'AB aB'), 'aB');
});

test('in memory, text ends where bytes are none', () => {
  const finder = new PatternFinder(parseGoPattern('^key-[0-9]+(?:;|$)', 'of runs'));
  const find = (text: string): boolean => finder.find(Buffer.from(text, 'latin1'), 0, false) !== undefined;
  for (const text of ['\0key-1\0', '\x90key-1\x01', 'a\nkey-1\n', 'key-1; '])
    assert.ok(find(text), JSON.stringify(text));
  for (const text of ['akey-1\0', ' key-1\0', 'key-1.', 'key-1\t']) assert.ok(!find(text), JSON.stringify(text));
});

const REFUSED: Readonly<Record<string, RegExp>> = {
  '(a': /a \( without its \)/,
  'a)': /a \) without its \(/,
  '[a': /a \[ without its \]/,
  '*a': /\*, which repeats nothing, at character 1/,
  'a**': /repetition of a repetition/,
  'a{3,2}': /from 3 to 2/,
  '(?=a)': /looks around/,
  '(?<!a)': /looks around/,
  '(?x:a)': /a group of an unknown kind/,
  '(a)\\1': /refers back/,
  '\\y': /an escape that there is not: \\y/,
  '\\pL': /a class of Unicode/,
  '[[:nope:]]': /a class that there is not: \[:nope:\]/,
  '[b-a]': /range that does not go upwards/,
  '[é]': /more than one byte/,
  '\\x{110000}': /a character that there is not/,
  'a\\': /an escape that there is not/,
  [`${'('.repeat(200)}a${')'.repeat(200)}`]: /more than 100 groups/,
  'a{30000}': /too long/,
  '((a{1000}){1000}){1000}': /too long/,
};

for (const [pattern, reason] of Object.entries(REFUSED)) {
  test(`is refused: ${pattern.slice(0, 30)}`, () => {
    assert.throws(
      () => new PatternFinder(parseGoPattern(pattern, 'of all')),
      (error) => error instanceof CritError && error.code === 'usage' && reason.test(error.message),
    );
  });
}

test('nothing, again and again, is over at once', () => {
  assert.equal(first('(?:){1000000000}(?:(?:){999999999}){999999999}a', 'ba'), 'a');
});

test('groups are those of JavaScript, in patterns that mean the same there', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['(a|ab)(c|bcd)?(d*)', 'abcdd'],
    ['(a*)(a*)', 'aaa'],
    ['(a*?)(a+)', 'aaa'],
    ['\\b(\\w+)\\b.(\\w+)', 'one two'],
    ['(a)|(b)', 'b'],
    ['()a', 'a'],
  ];
  for (const [source, text] of cases) {
    const expected = new RegExp(source, 'd').exec(text)?.indices ?? [];
    const [start = 0, end = 0] = expected[0] ?? [];
    const bytes = Buffer.from(text);
    const found = new Groups(parseGoPattern(source, 'of all')).in(bytes, { start, end });
    const wanted = expected.slice(1).map((pair) => (pair ? { start: pair[0], end: pair[1] } : undefined));
    while (wanted.length > 0 && wanted.at(-1) === undefined) wanted.pop();
    assert.deepEqual(found, wanted, source);
  }
});

test('a group that is repeated keeps what it took last, as in Go', () => {
  const found = new Groups(parseGoPattern('(?:(x)|(y))+', 'of all')).in(Buffer.from('xy'), { start: 0, end: 2 });
  assert.deepEqual(found, [
    { start: 0, end: 1 },
    { start: 1, end: 2 },
  ]);
});

test('groups take a match of any bytes that backtracking would not come back from', () => {
  const bytes = Buffer.alloc(60_000, 'a');
  const groups = new Groups(parseGoPattern('((a+)+)(a*)*b?', 'of all'));
  assert.deepEqual(groups.in(bytes, { start: 0, end: bytes.length })[0], { start: 0, end: 60_000 });
});
