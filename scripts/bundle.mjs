/** Bundles each command into one file of dist/cli. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const commands = readdirSync(`${root}src/cli`).filter((name) => /^crit(-[a-z]+)?\.ts$/.test(name));

await build({
  absWorkingDir: root,
  entryPoints: commands.map((name) => `src/cli/${name}`),
  outdir: 'dist/cli',
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Node takes 12 ms to start a bundle of this kind and 25 ms for one of ES modules.
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  // Node's own streams: the copy that through2 brings costs more to load than all of ours.
  alias: { 'readable-stream': 'node:stream' },
  define: { CRIT_PIPE_VERSION: JSON.stringify(version) },
  // Its WebAssembly is a file beside its code.
  external: ['@bokuweb/zstd-wasm'],
  // src/cli/version.ts asks for import.meta, but only where there is no bundle.
  logOverride: { 'empty-import-meta': 'silent' },
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
});
