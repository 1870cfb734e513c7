/** Bundles each program into one file of dist/cli, and what few calls of it need into files beside it. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle, type BuildOptions, type Plugin } from 'esbuild';
import { commands } from '../src/cli/commands/commands.ts';
import type { Command } from '../src/cli/command/command.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const { version }: { version: string } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Node starts a bundle of this kind in half the time of one of ES modules.
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // Node's own streams: the copy that through2 brings costs more to load than all of ours.
  alias: { 'readable-stream': 'node:stream' },
  define: { CRIT_PIPE_VERSION: JSON.stringify(version) },
  // Few calls need these; the WebAssembly of the first is a file beside its code.
  external: ['@bokuweb/zstd-wasm', 'zstddec', 'cli-progress'],
  // src/cli/command/version.ts asks for import.meta, but only where there is no bundle.
  logOverride: { 'empty-import-meta': 'silent' },
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** What is imported when it is needed becomes a file of its own: only then is it compiled. */
const parts = new Set<string>();
const apart = (isProgramOfAll: boolean): Plugin => ({
  name: 'apart',
  setup(build) {
    build.onResolve({ filter: /^\./ }, ({ kind, path, importer }) => {
      // The work of the command itself is needed whenever it runs.
      const isCommand = basename(importer) === 'command.ts' && !isProgramOfAll;
      if (kind !== 'dynamic-import' || isCommand) return undefined;
      const file = join(dirname(importer), path);
      parts.add(file);
      return { path: `./${partName(file)}.cjs`, external: true };
    });
  },
});

function partName(file: string): string {
  return `part-${basename(dirname(file))}-${basename(file, '.ts')}`;
}

/** A program that is one command, whose folder is called as it is and holds it by that name. */
function program({ name }: Command): string {
  const word = name.replace('crit-', '');
  return `import { ${word} } from './commands/${word}/command.ts';
import { main } from './command/main.ts';
void main(${word});`;
}

for (const command of commands) {
  if (command.isPartOfCrit === true) continue;
  const stdin = { contents: program(command), resolveDir: join(root, 'src/cli'), sourcefile: `${command.name}.ts` };
  const outfile = `dist/cli/${command.name}.cjs`;
  await bundle({ ...shared, stdin, outfile, plugins: [apart(false)] });
}
const outdir = 'dist/cli';
await bundle({ ...shared, outdir, entryPoints: { crit: join(root, 'src/cli/crit.ts') }, plugins: [apart(true)] });
for (const file of parts) {
  await bundle({ ...shared, outdir, entryPoints: { [partName(file)]: file }, plugins: [apart(false)] });
}
