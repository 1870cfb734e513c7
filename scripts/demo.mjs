/** Shows the pipe at work on checkpoints of the repository: `npm run demo`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const images = join(root, 'test/fixtures/real');
const isColoured = process.stdout.isTTY === true && !process.env.NO_COLOR;
const width = Math.min(process.stdout.columns ?? 100, 120);

const paint = (code) => (text) => (isColoured && text !== '' ? `\x1b[${code}m${text}\x1b[0m` : text);
const bold = paint(1);
const dim = paint(2);
const green = paint(32);
const yellow = paint(33);
const cyan = paint(36);

const say = (text = '') => process.stdout.write(`${text}\n`);
const title = (text) => say(`\n${bold(text)}`);
const command = (text, remark) => say(`${dim('$')} ${cyan(text)}${remark ? dim(`   # ${remark}`) : ''}`);
const cut = (text) => (text.length > width ? `${text.slice(0, width - 1)}…` : text);
const plural = (count, word) => `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;

/** Runs a pipeline in bash, as people type it; gives what it printed. */
async function bash(script, cwd) {
  const env = {
    ...process.env,
    PATH: [join(root, 'bin'), dirname(process.execPath), process.env.PATH].join(delimiter),
  };
  const child = spawn('bash', ['-o', 'pipefail', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`exit code ${code}: ${script}`);
  return Buffer.concat(chunks).toString();
}

/** The process tree, from the lines of two kinds of image. */
function processTree(text) {
  const lines = text.split('\n').filter(Boolean).map(JSON.parse);
  const entries = (magic) => lines.filter((line) => line.magic === magic && line.entry);
  const cores = new Map(entries('CORE').map((line) => [Number(/\d+/.exec(line.image)), line.entry]));
  const processes = entries('PSTREE').map((line) => line.entry);
  const rows = [];
  const walk = (process, lead, branch) => {
    rows.push(`${dim(lead + branch)}${yellow(process.pid)} ${describe(process, cores)}`);
    const children = processes.filter(({ ppid }) => ppid === process.pid);
    const below = lead + (branch === '' ? '' : branch.startsWith('└') ? '   ' : '│  ');
    children.forEach((child, i) => walk(child, below, i === children.length - 1 ? '└─ ' : '├─ '));
  };
  processes.filter(({ ppid }) => ppid === 0).forEach((process) => walk(process, '', ''));
  return rows;
}

function describe({ pid, sid, threads }, cores) {
  const { tc } = cores.get(pid);
  const DEAD = 2;
  const STOPPED = 3;
  if (tc.task_state === DEAD) {
    const signal = tc.exit_code & 0x7f;
    return dim(signal ? `zombie, killed by signal ${signal}` : `zombie, exited with ${tc.exit_code >> 8}`);
  }
  const notes = [];
  if (tc.task_state === STOPPED) notes.push('is stopped');
  if (sid === pid) notes.push('leads a session');
  const workers = threads.filter((thread) => thread !== pid).map((thread) => cores.get(thread).thread_core.comm);
  if (workers.length > 0) notes.push(`with threads ${workers.join(', ')}`);
  return `${bold(tc.comm)}${notes.length > 0 ? dim(`, ${notes.join(', ')}`) : ''}`;
}

/** All files and links below a directory, by name. */
function contents(directory, prefix = '') {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      const stats = lstatSync(path);
      if (stats.isDirectory()) return contents(path, `${prefix}${name}/`);
      const bytes = stats.isSymbolicLink() ? readlinkSync(path, 'buffer') : readFileSync(path);
      return [{ name: prefix + name, bytes }];
    });
}

/** Names of files that one of two directories has not, or has otherwise. */
function differences(before, after) {
  const others = new Map(after.map(({ name, bytes }) => [name, bytes]));
  const changed = before.filter(({ name, bytes }) => !others.get(name)?.equals(bytes)).map(({ name }) => name);
  const known = new Set(before.map(({ name }) => name));
  return [...changed, ...after.map(({ name }) => name).filter((name) => !known.has(name))];
}

async function show(directory) {
  const rows = processTree(await bash('crit-cat -m PSTREE,CORE procs', images));
  title(`A checkpoint: ${rows.length} processes that CRIU froze and wrote to disk`);
  command('crit-cat -m PSTREE,CORE procs', 'drawn as a tree');
  for (const row of rows) say(`  ${row}`);

  title('Every entry of every image is one line of JSON');
  command('crit-cat procs', 'a few of its lines');
  const lines = (await bash('crit-cat procs', images)).trimEnd().split('\n');
  const wanted = [/"FILES","entry"/, /"PAGEMAP","entry":{"vaddr"/, /"PAGES","piece"/];
  for (const pattern of wanted) say(cut(lines.find((line) => pattern.test(line))));
  say(dim(`… ${plural(lines.length, 'line')} in all`));

  title('An edit: the program moves to another directory');
  const code = 'if (entry.reg) entry.reg.name = entry.reg.name.replace(from, to)';
  command('crit-cat procs |');
  say(cyan(`    crit-map -m FILES --arg from /srv/corpus --arg to /opt/app \\`));
  say(cyan(`      '${code}' |`));
  say(cyan(`    crit-pack -C moved`));
  const moved = join(directory, 'moved');
  const edit = `crit-map -m FILES --arg from /srv/corpus --arg to /opt/app '${code}'`;
  await bash(`crit-cat procs | ${edit} | crit-pack -C '${moved}'`, images);
  command('diff -rq procs moved');
  for (const name of differences(contents(join(images, 'procs')), contents(moved)))
    say(`Files procs/${name} and moved/${name} differ`);
  command('crit-cat --bare moved/files.img | jq .reg.name | sort -u');
  const entries = (await bash(`crit-cat --bare '${moved}/files.img'`)).trimEnd().split('\n').map(JSON.parse);
  const names = new Set(entries.map((entry) => JSON.stringify(entry.reg.name)));
  for (const name of [...names].sort((a, b) => (a < b ? -1 : 1))) say(green(name));
}

async function roundTrip(directory) {
  const before = contents(images);
  const checkpoints = readdirSync(images).length;
  title(`There and back: ${checkpoints} checkpoints with pipes, sockets, namespaces, memory and all`);
  command('crit-cat checkpoints | crit-pack -C copy');
  const copy = join(directory, 'copy');
  const started = performance.now();
  const pipe = `crit-cat '${images}' | tee /dev/fd/3 | crit-pack -C '${copy}'`;
  const lines = Number(await bash(`{ ${pipe}; } 3>&1 | wc -l`));
  const seconds = (performance.now() - started) / 1000;
  const wrong = differences(before, contents(copy));
  const megabytes = before.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
  say(
    `${plural(before.length, 'file')}, ${megabytes.toFixed(1)} MB, through ${plural(lines, 'line')} of JSON in ${seconds.toFixed(1)} s`,
  );
  if (wrong.length > 0) throw new Error(`not the same: ${wrong.join(', ')}`);
  say(green(`✓ all ${plural(before.length, 'file')} came back byte for byte`));
}

async function main() {
  if (!existsSync(join(root, 'dist/cli'))) throw new Error('the commands are not built: run npm ci first');
  const directory = mkdtempSync(join(tmpdir(), 'crit-pipe-demo-'));
  try {
    await show(directory);
    await roundTrip(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`demo: ${error.message}\n`);
  process.exitCode = 2;
}
