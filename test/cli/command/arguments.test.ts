import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse, type Arguments } from '../../../src/cli/command/arguments.ts';
import type { Operand, Option } from '../../../src/cli/command/option.ts';
import { CritError } from '../../../src/error.ts';

const group = 'Options';
const options: Option[] = [
  { name: 'human', short: 'H', help: '', group },
  { name: 'invert', short: 'v', help: '', group },
  { name: 'no-extra', help: '', group },
  { name: 'output', short: 'o', value: 'FILE', help: '', group },
  { name: 'magic', short: 'm', value: 'MAGIC', repeat: true, help: '', group },
  { name: 'arg', value: 'NAME VALUE', arity: 2, repeat: true, help: '', group },
  { name: 'file', short: 'f', value: 'FILE', help: '', group },
  { name: 'files-from', value: 'FILE', help: '', group },
];
const files: Operand = { name: 'FILE', many: true, unless: 'files-from', help: '' };
const code: Operand = { name: 'EXPR', required: true, unless: 'file', help: '' };

const parsed = (...argv: string[]): Arguments => parse({ options, operands: [files] }, argv);
const filtered = (...argv: string[]): Arguments => parse({ options, operands: [code, files] }, argv);

function refuses(run: () => unknown, message: string): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof CritError);
    assert.equal(error.message, message);
    assert.equal(error.code, 'usage');
    return true;
  });
}

test('nothing given is nothing set', () => {
  const args = parsed();
  assert.equal(args.flag('human'), false);
  assert.equal(args.flag('no-extra'), false);
  assert.equal(args.value('output'), undefined);
  assert.deepEqual(args.values('magic'), []);
  assert.deepEqual(args.pairs('arg'), []);
  assert.deepEqual(args.operands, []);
  assert.equal(args.given('files-from'), false);
});

test('options and operands mix', () => {
  const args = parsed('a.img', '--human', 'b.img', '-o', 'out', '-', '--no-extra');
  assert.deepEqual(args.operands, ['a.img', 'b.img', '-']);
  assert.equal(args.flag('human'), true);
  assert.equal(args.flag('no-extra'), true);
  assert.equal(args.flag('invert'), false);
  assert.equal(args.value('output'), 'out');
});

for (const [what, argv] of [
  ['a word of its own', ['--magic', 'PSTREE', '--output', '007']],
  ['after =', ['--magic=PSTREE', '--output=007']],
  ['short', ['-m', 'PSTREE', '-o', '007']],
  ['short and attached', ['-mPSTREE', '-o007']],
  ['at the end of a cluster', ['-vm', 'PSTREE', '-Ho007']],
] as const) {
  test(`a value as ${what}`, () => {
    const args = parsed(...argv);
    assert.deepEqual(args.values('magic'), ['PSTREE']);
    assert.equal(args.value('output'), '007');
    assert.deepEqual(args.operands, []);
  });
}

for (const value of ['', '-', '-5', '--human', '1e3', 'true', 'a=b', 'a\nb', '0x10', 'a.b']) {
  test(`the value ${JSON.stringify(value)} stays what it is`, () => {
    assert.equal(parsed('--output', value).value('output'), value);
    assert.equal(parsed(`--output=${value}`).value('output'), value);
    assert.deepEqual(parsed('-m', value, '-m', value).values('magic'), [value, value]);
  });
}

test('flags take nothing from what follows', () => {
  const args = filtered('-v', 'true', 'false');
  assert.equal(args.flag('invert'), true);
  assert.equal(args.operand('EXPR'), 'true');
  assert.deepEqual(args.operands, ['false']);
  assert.equal(filtered('--invert', 'false').operand('EXPR'), 'false');
});

test('a cluster of flags', () => {
  const args = parsed('-Hv');
  assert.deepEqual([args.flag('human'), args.flag('invert')], [true, true]);
});

test('the last of a single option counts, and all of a repeated one', () => {
  const args = parsed('-o', '1', '-m', 'A', '-o', '2', '--magic=B', '--human', '--human');
  assert.equal(args.value('output'), '2');
  assert.deepEqual(args.values('magic'), ['A', 'B']);
  assert.equal(args.flag('human'), true);
});

test('options of two values', () => {
  const args = parsed('--arg', 'a', '-1', '--arg=b', '2', '--arg', '__proto__', '');
  assert.deepEqual(args.pairs('arg'), [
    ['a', '-1'],
    ['b', '2'],
    ['__proto__', ''],
  ]);
  assert.deepEqual(args.operands, []);
});

test('all after -- are operands', () => {
  assert.deepEqual(parsed('--human', '--', '--human', '-x', '--').operands, ['--human', '-x', '--']);
  assert.equal(filtered('--', '-1 < 0').operand('EXPR'), '-1 < 0');
});

for (const [argv, message] of [
  [['--humn'], 'unknown option --humn; did you mean --human?'],
  [['--files-'], 'unknown option --files-; did you mean --files-from?'],
  [['--extra'], 'unknown option --extra'],
  [['--no-human'], 'unknown option --no-human; did you mean --human?'],
  [['--elephant=1'], 'unknown option --elephant'],
  [['-z'], 'unknown option -z'],
  [['-Hz'], 'unknown option -z'],
  [['-invert'], 'unknown option -i; did you mean --invert?'],
  [['-5'], 'unknown option -5'],
  [['-👍'], 'unknown option -👍'],
  [['--__proto__.x=1'], 'unknown option --__proto__.x'],
  [['--constructor.prototype.x', '1'], 'unknown option --constructor.prototype.x'],
  [['--output.x=1'], 'unknown option --output.x; did you mean --output?'],
  [['--toString'], 'unknown option --toString'],
  [['--=x'], 'unknown option --'],
  [['--human=yes'], 'option --human takes no value'],
  [['--human='], 'option --human takes no value'],
  [['--output'], 'option --output needs FILE'],
  [['-vo'], 'option -o needs FILE'],
  [['--arg', 'a'], 'option --arg needs NAME VALUE'],
  [['--arg'], 'option --arg needs NAME VALUE'],
  [['--files-from', 'x', 'a.img'], 'unexpected operand a.img with --files-from'],
] as const) {
  test(`${argv.join(' ')}: ${message}`, () => refuses(() => parsed(...argv), message));
}

test('nothing leaks into Object.prototype', () => {
  refuses(() => parsed('--__proto__.polluted', 'yes'), 'unknown option --__proto__.polluted');
  assert.deepEqual(parsed('--arg', '__proto__.polluted', 'yes').pairs('arg'), [['__proto__.polluted', 'yes']]);
  assert.equal('polluted' in {}, false);
});

test('operands by name', () => {
  refuses(() => filtered('-v'), 'EXPR is missing');
  assert.deepEqual(filtered('').operand('EXPR'), '');
  const byFile = filtered('-f', 'code.js', 'a', 'b');
  assert.equal(byFile.operand('EXPR'), undefined);
  assert.deepEqual(byFile.operands, ['a', 'b']);
  const single = { options, operands: [{ name: 'DIR', help: '' }] };
  assert.equal(parse(single, ['d']).operand('DIR'), 'd');
  assert.equal(parse(single, []).operand('DIR'), undefined);
  refuses(() => parse(single, ['d', 'e']), 'unexpected operand e');
});

test('who asks for help need not have the rest right', () => {
  assert.equal(filtered('--help').flag('help'), true);
  assert.equal(filtered('-h').flag('help'), true);
  assert.equal(filtered('--version').flag('version'), true);
});

test('asking for what is not declared is a mistake in the program', () => {
  const args = parsed();
  for (const wrong of [
    () => args.flag('nothing'),
    () => args.flag('output'),
    () => args.value('human'),
    () => args.value('magic'),
    () => args.values('output'),
    () => args.values('arg'),
    () => args.pairs('magic'),
    () => args.operand('FILE'),
    () => args.given('toString'),
    () => parse({ options, operands: [] }, []).operands,
  ]) {
    assert.throws(wrong, TypeError);
  }
});

test('as many operands as a command line can hold', () => {
  const many = Array.from({ length: 300_000 }, (_, i) => String(i));
  assert.deepEqual(parse({ options, operands: [files] }, many).operands, many);
  assert.deepEqual(parse({ options, operands: [files] }, ['--', ...many]).operands, many);
});
