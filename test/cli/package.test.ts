import assert from 'node:assert/strict';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands } from '../../src/cli/commands/commands.ts';
import { crit } from '../../src/cli/commands/crit/command.ts';

const root = new URL('../../', import.meta.url);
const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
const names = [crit, ...commands].map(({ name }) => name).toSorted();
const parts = commands.filter(({ isPartOfCrit }) => isPartOfCrit === true).map(({ name }) => name);
const programs = names.filter((name) => !parts.includes(name));

function of(key: string): unknown {
  assert.ok(typeof manifest === 'object' && manifest !== null);
  return Object.entries(manifest).find(([name]) => name === key)?.[1];
}

test('the package has a launcher for every command that is a program', () => {
  assert.deepEqual(of('bin'), Object.fromEntries(programs.map((name) => [name, `bin/${name}`])));
  for (const name of programs) {
    const launcher = new URL(`bin/${name}`, root);
    accessSync(launcher, constants.X_OK);
    assert.equal(readFileSync(launcher, 'utf8'), `#!/usr/bin/env node\nrequire('../dist/cli/${name}.cjs');\n`);
    assert.ok(existsSync(new URL(`src/cli/programs/${name}.ts`, root)), name);
  }
});

test('the package has a manual page for every command', () => {
  assert.deepEqual(
    of('man'),
    names.map((name) => `dist/man/${name}.1`),
  );
});
