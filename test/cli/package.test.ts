import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from '../../src/cli/commands/commands.ts';
import { crit } from '../../src/cli/commands/crit/command.ts';
import { help } from '../../src/cli/command/help.ts';
import { version } from '../../src/cli/command/version.ts';
import { programFiles } from '../../scripts/program-files.ts';

const root = new URL('../../', import.meta.url);
const files = programFiles();
const launchers = Object.keys(files).filter((path) => path.startsWith('bin/'));

test('launchers and the lists of the package are what the commands give', () => {
  for (const [path, content] of Object.entries(files))
    assert.equal(readFileSync(new URL(path, root), 'utf8'), content, `${path}: run npm run generate`);
  for (const path of launchers) accessSync(new URL(path, root), constants.X_OK);
  const there = readdirSync(new URL('bin', root)).filter((name) => name !== 'package.json');
  assert.deepEqual(
    there.map((name) => `bin/${name}`).toSorted(),
    launchers.toSorted(),
    'a launcher of a command that is gone',
  );
});

test('every folder of commands is a command of that name', () => {
  const folders = readdirSync(new URL('src/cli/commands', root), { withFileTypes: true });
  assert.deepEqual(
    [crit, ...commands].map(({ name }) => name.replace('crit-', '')).toSorted(),
    folders
      .filter((each) => each.isDirectory())
      .map(({ name }) => name)
      .toSorted(),
  );
});

test('the name of the package is a program that lists the commands, and calls them', () => {
  const run = (...argv: string[]): [number | null, string, string] => {
    const program = fileURLToPath(new URL('bin/crit-pipe', root));
    const { status, stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
    return [status, stdout, stderr];
  };
  assert.deepEqual(run(), [0, help(crit), '']);
  assert.deepEqual(run('--version'), [0, `crit ${version()}\n`, '']);
  assert.deepEqual(run('fliter'), [
    2,
    '',
    "crit: unknown command fliter; did you mean filter?\ncrit: try 'crit --help'\n",
  ]);
});
