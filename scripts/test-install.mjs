/**
 * Installs the package as a user does, from the tarball of `npm pack` into an empty prefix, and uses it under each version
 * of Node.js that it is made for: `npm run test:install [MAJOR]...`. Node.js itself comes from the npm package `node`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const majors = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24', '26'];
const fixtures = join(root, 'test/fixtures');
const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** What a user does first. Each is a bash script that must succeed and print what is on its right. */
const USES = [
  ['crit-cat --bare -m UTSNS "$F/archives/podman-counter.tar.zst"', '{"nodename":"corpus","domainname":"(none)"}\n'],
  ['crit-cat "$F/real/ns" | crit-pack -C out && diff -r "$F/real/ns" out && echo same', 'same\n'],
  ['crit-cat "$F/archives/made-crio.tar" | crit-pack --tar | cmp - "$F/archives/made-crio.tar" && echo same', 'same\n'],
  [
    'crit-cat "$F/archives/podman-counter.tar" | crit-pack --zstd | crit-cat | crit-pack --tar | cmp - "$F/archives/podman-counter.tar" && echo same',
    'same\n',
  ],
  [
    'crit-cat "$F/archives/podman-counter.tar" | crit-pack --gzip | crit-inspect | head -n 1',
    'container     counter (5ebf83b4bdac)\n',
  ],
  [
    `crit-cat "$F/real/simple" | crit-filter -x -m PSTREE true | crit-map 'entry.sid = 5' | grep -o '"sid":5'`,
    '"sid":5\n',
  ],
  [`node -e "import('crit-pipe').then((m) => console.log(Object.keys(m).length > 5))"`, 'true\n'],
];

const work = mkdtempSync(join(tmpdir(), 'crit-pipe-install-'));
let failures = 0;
let passes = 0;
try {
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', work], { cwd: root }));
  const tarball = join(work, packed.filename);
  console.log(`${packed.filename}: ${packed.size} bytes, ${packed.files.length} files`);
  for (const major of majors) {
    const home = join(work, `node-${major}`);
    const prefix = join(home, 'prefix');
    mkdirSync(prefix, { recursive: true });
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', home, `node@${major}`], { cwd: home });
    const path = [join(home, 'node_modules/node/bin'), process.env.PATH].join(delimiter);
    const env = { ...process.env, PATH: [join(prefix, 'node_modules/.bin'), path].join(delimiter), F: fixtures };
    run('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, tarball], { cwd: prefix, env });
    const version = run('node', ['--version'], { env }).trim();
    const scripts = [...USES, ...Object.keys(bin).map((name) => [`${name} --help | grep -c '^Usage: ${name}'`, '1\n'])];
    for (const [script, expected] of scripts) {
      const got = attempt(script, { cwd: prefix, env });
      if (got === expected) passes++;
      else {
        failures++;
        console.log(
          `not ok: ${version}: ${script}\n  expected ${JSON.stringify(expected)}\n  got ${JSON.stringify(got)}`,
        );
      }
    }
    console.log(`${version}: ${readdirSync(join(prefix, 'node_modules')).length} packages`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(`${passes} passed, ${failures} failed`);
process.exitCode = failures > 0 ? 1 : 0;

function run(command, args, options = {}) {
  return execFileSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: dirname(work),
    ...options,
  });
}

function attempt(script, options) {
  try {
    return execFileSync('bash', ['-o', 'pipefail', '-c', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options,
    });
  } catch (error) {
    return `exit ${error.status}: ${error.stdout}${error.stderr}`;
  }
}
