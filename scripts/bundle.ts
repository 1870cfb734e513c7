/**
 * Bundles the program of all commands into dist/cli: one file that every call loads, and what only some calls need in files
 * beside it, each module in one of them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const root = fileURLToPath(new URL('../', import.meta.url));
const { version }: { version: string } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const entry = join(root, 'src/cli/program.ts');
const run = (command: string): string => join(root, `src/cli/commands/${command}/run.ts`);

/**
 * A module is in the first of these files all of whose modules import it; others are together where the same calls need them.
 * Each file costs half a millisecond to load, and 100 KiB that are not needed cost two.
 */
const FILES: readonly (readonly [file: string, ...imports: string[]])[] = [
  ['program', entry],
  ['program', run('cat'), run('filter')],
  ['images', run('cat')],
  ['lines', run('filter')],
  ['pack', run('pack')],
  ['memory', run('grep')],
];

type Imports = (id: string) => readonly string[];
let files: Map<string, string> | undefined;

/** The file of each module that is in one of FILES. */
function assign(imports: Imports): Map<string, string> {
  const found = new Map<string, string>();
  for (const [file, ...roots] of FILES) {
    const [first = new Set<string>(), ...others] = roots.map((each) => reached(each, imports));
    for (const id of first) if (!found.has(id) && others.every((each) => each.has(id))) found.set(id, file);
  }
  return found;
}

/** A module, and all that it imports at once. */
function reached(id: string, imports: Imports): Set<string> {
  const found = new Set([id]);
  for (const one of found) for (const each of imports(one)) found.add(each);
  return found;
}

/** Modules of Node that take milliseconds to load, and that small inputs do not need: the first use of a function loads its module. */
const LAZY: readonly string[] = ['node:crypto', 'node:v8'];

/** What loads modules of Node in a chunk: `import()` would start the loader of ES modules, which takes as long as all of ours. */
function loadLate(code: string): string {
  let late = code.replace(/\bimport\((["'`]node:[\w/]+["'`])\)/g, 'Promise.resolve().then(() => require($1))');
  for (const module of LAZY) {
    const [all, name] = new RegExp(`(\\w+) = require\\("${module}"\\)`).exec(late) ?? [];
    if (all === undefined || name === undefined) continue;
    const used = new Set([...late.matchAll(new RegExp(`\\b${name}\\.(\\w+)`, 'g'))].map(([, each]) => each ?? ''));
    const getters = [...used].map((each) => `get ${each}() { return (${name} = require("${module}")).${each}; }`);
    late = late.replace(all, `${name} = { ${getters.join(', ')} }`);
  }
  return late;
}

await build({
  input: { program: entry, worker: join(root, 'src/cli/worker.ts') },
  cwd: root,
  platform: 'node',
  // Few calls need these; the WebAssembly of the first is a file beside its code.
  external: ['@bokuweb/zstd-wasm', /^zstddec/, 'cli-progress'],
  // Node's own streams: the copy that through2 brings costs more to load than all of ours.
  resolve: { alias: { 'readable-stream': 'node:stream' } },
  transform: { define: { CRIT_PIPE_VERSION: JSON.stringify(version) }, target: 'node20' },
  plugins: [{ name: 'load-late', renderChunk: loadLate }],
  preserveEntrySignatures: 'allow-extension',
  output: {
    dir: 'dist/cli',
    // Node starts files of this kind in half the time of ES modules.
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    comments: false,
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        {
          debugName: 'files',
          name: (id, graph) => (files ??= assign((each) => graph.getModuleInfo(each)?.importedIds ?? [])).get(id),
        },
      ],
    },
  },
});
