/** Bundles each command into one file of dist/cli, and what few calls of it need into files beside it. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const programs = readdirSync(`${root}src/cli/programs`)
  .filter((name) => /^crit(-[a-z]+)?\.ts$/.test(name))
  .map((name) => join(root, 'src/cli/programs', name));

const shared = {
  absWorkingDir: root,
  outdir: 'dist/cli',
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
const parts = new Set();
const apart = (isProgramOfAll) => ({
  name: 'apart',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path, importer }) => {
      // The work of the command itself is needed whenever it runs.
      const isCommand = basename(importer) === 'command.ts' && !isProgramOfAll;
      if (kind !== 'dynamic-import' || isCommand) return undefined;
      const file = join(dirname(importer), path);
      parts.add(file);
      return { path: `./${partName(file)}.cjs`, external: true };
    });
  },
});

function partName(file) {
  return `part-${basename(dirname(file))}-${basename(file, '.ts')}`;
}

const crit = join(root, 'src/cli/programs/crit.ts');
await build({ ...shared, entryPoints: programs.filter((file) => file !== crit), plugins: [apart(false)] });
await build({ ...shared, entryPoints: [crit], plugins: [apart(true)] });
for (const file of parts) {
  await build({ ...shared, entryPoints: { [partName(file)]: file }, plugins: [apart(false)] });
}
