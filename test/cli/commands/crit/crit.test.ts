import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from '../../../../src/cli/commands/commands.ts';
import { cat } from '../../../../src/cli/commands/cat/command.ts';
import { crit } from '../../../../src/cli/commands/crit/command.ts';
import { help } from '../../../../src/cli/command/help.ts';

const CRIT = fileURLToPath(new URL('../../../../src/cli/crit.ts', import.meta.url));

function run(...argv: string[]): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', CRIT, ...argv], {
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
}

const HINT = "crit: try 'crit --help'\n";

test('crit --help lists every command', () => {
  assert.deepEqual(run('--help'), { code: 0, out: help(crit), err: '' });
  for (const { name, summary } of commands) {
    const row = `^  ${name.replace('crit-', '')} +${summary.replaceAll(' ', '\\s+')}$`;
    assert.match(help(crit), new RegExp(row, 'm'));
  }
});

test('crit NAME is crit-NAME', () => {
  assert.deepEqual(run('cat', '--help'), { code: 0, out: help(cat), err: '' });
  const { code, err } = run('cat', '--humn');
  assert.equal(code, 2);
  assert.match(err, /^crit-cat: unknown option --humn; did you mean --human\?\n/);
});

test('crit with a word that is no command', () => {
  const unknown = { code: 2, out: '', err: `crit: unknown command fliter; did you mean filter?\n${HINT}` };
  assert.deepEqual(run('fliter'), unknown);
  assert.deepEqual(run('fliter', '--count', 'x'), unknown);
  assert.deepEqual(run('__proto__'), { code: 2, out: '', err: `crit: unknown command __proto__\n${HINT}` });
});

test('crit alone', () => {
  assert.deepEqual(run(), { code: 2, out: '', err: `crit: COMMAND is missing\n${HINT}` });
});
