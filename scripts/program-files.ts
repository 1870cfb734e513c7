/** What the package says of its programs: a launcher for each, and the lists `bin` and `man` of package.json. */
import { readFileSync } from 'node:fs';
import { commands } from '../src/cli/commands/commands.ts';
import { crit } from '../src/cli/commands/crit/command.ts';
import { PLUGIN } from '../src/cli/plugin.ts';

const manifest = new URL('../package.json', import.meta.url);

/** By path from the root of the repository. */
export function programFiles(): Record<string, string> {
  const all = [crit, ...commands];
  const programs = all.filter(({ isPartOfCrit }) => isPartOfCrit !== true).map(({ name }) => name);
  const launchers: Record<string, string> = {
    ...Object.fromEntries(programs.map((name) => [`bin/${name}`, launcher(name)])),
    [`bin/${PLUGIN}`]: launcher(PLUGIN),
    // What npx runs for the name of the package: alone it lists the commands.
    'bin/crit-pipe': launcher('crit', "if (process.argv.length === 2) process.argv.push('--help');\n"),
  };
  const paths = Object.keys(launchers).toSorted();
  const lists = {
    bin: Object.fromEntries(paths.map((path) => [path.slice('bin/'.length), path])),
    man: all.map(({ name }) => `dist/man/${name}.1`).toSorted(),
  };
  const said: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return { ...launchers, 'package.json': `${JSON.stringify(Object.assign({}, said, lists), undefined, 2)}\n` };
}

function launcher(name: string, before = ''): string {
  return `#!/usr/bin/env node\n${before}require('../dist/cli/program.cjs').program('${name}');\n`;
}
