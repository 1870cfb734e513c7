import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../src/cli/command/arguments.ts';
import { typedName, type Command } from '../../../src/cli/command/command.ts';
import { commands } from '../../../src/cli/commands/commands.ts';
import { crit } from '../../../src/cli/commands/crit/command.ts';
import { help, shortHelp } from '../../../src/cli/command/help.ts';
import { spellings, withStandard } from '../../../src/cli/command/option.ts';

const all = [crit, ...commands];

/** Lines of help, at most: the options of crit-edit are the list of all edits; crit-grep and crit-redact take
 * patterns and secrets. */
const LONG: ReadonlyMap<string, number> = new Map([
  ['crit-edit', 120],
  ['crit-grep', 100],
  ['crit-redact', 100],
]);

/** The words of a shell command line, cut at its pipes; quotes are taken off. */
function callsIn(line: string): string[][] {
  const calls: string[][] = [[]];
  for (const [word] of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    if (word === '|' || word === '&&') calls.push([]);
    else calls.at(-1)?.push(word.replaceAll(/^(['"])(.*)\1$/g, '$2'));
  }
  return calls;
}

for (const command of all) {
  test(`help of ${command.name} fits a screen and says everything`, () => {
    const text = help(command);
    const lines = text.split('\n');
    assert.ok(lines.length < (LONG.get(command.name) ?? 72), `${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 80, line);
    assert.doesNotMatch(text, /[ \t]$/m);
    assert.ok(text.startsWith(`${typedName(command)}: ${command.summary}\n`));
    for (const option of withStandard(command.options)) {
      for (const name of spellings(option)) assert.match(text, new RegExp(`^ +(-., )?${name}\\b`, 'm'));
    }
    for (const heading of ['Usage:', 'Examples:', 'Exit codes:']) assert.ok(text.includes(heading), heading);
    assert.ok(command.examples.length >= 2);
    assert.ok(shortHelp(command).split('\n').length <= 5);
  });

  test(`the options of ${command.name} do not clash`, () => {
    const names = withStandard(command.options).flatMap(spellings);
    assert.deepEqual(names, [...new Set(names)]);
    for (const { name, many } of command.operands.slice(0, -1)) assert.notEqual(many, true, name);
    for (const { unless = 'help' } of command.operands) assert.ok(names.includes(`--${unless}`), unless);
  });

  test(`the examples of ${command.name} are what the commands take`, () => {
    for (const example of command.examples) {
      const calls = callsIn(example.command).filter(([name]) => name?.startsWith('crit'));
      assert.ok(
        calls.some(([name, word]) => name === command.name || `${name} ${word}` === typedName(command)),
        example.command,
      );
      for (const [name = '', ...argv] of calls) {
        const isShort = name === 'crit';
        const called = all.find((each): each is Command => each.name === (isShort ? `crit-${argv[0]}` : name));
        assert.ok(called, name);
        parse(called, isShort ? argv.slice(1) : argv);
      }
    }
  });
}

test('a table of one option', () => {
  const command: Command = {
    ...crit,
    sections: [],
    operands: [],
    examples: [],
    description: ['word '.repeat(30).trim()],
    options: [{ name: 'a-rather-long-name', value: 'WITH A VALUE', group: 'Group', help: 'text '.repeat(20).trim() }],
  };
  assert.match(help(command), /^(word ){15}word\n(word ){13}word$/m);
  assert.match(
    help(command),
    /^Group:\n {6}--a-rather-long-name WITH A VALUE\n {28}(text ){9}text\n {28}(text ){9}text\n\nHelp:$/m,
  );
});
