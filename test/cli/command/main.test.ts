import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

// Bundled once: a process then starts in a fraction of the time.
const bundled = mkdtempSync(join(tmpdir(), 'crit-main-'));
after(() => rmSync(bundled, { recursive: true }));
const SAMPLE = join(bundled, 'crit-sample.mjs');
await build({
  input: fileURLToPath(new URL('sample-command.ts', import.meta.url)),
  platform: 'node',
  transform: { define: { CRIT_PIPE_VERSION: '"1.2.3"' } },
  output: { file: SAMPLE, codeSplitting: false },
});
const NODE = [SAMPLE];
const BEGIN = 'crit-sample: warning: about to begin\n';

interface Outcome {
  code: number | null;
  out: string;
  err: string;
}

function run(argv: string[], env: NodeJS.ProcessEnv = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...NODE, ...argv], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  return { code: status, out: stdout, err: stderr };
}

function start(argv: string[]): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [...NODE, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
}

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'crit-main-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test('the code of the command is the code of the process', () => {
  assert.deepEqual(run(['done']), { code: 0, out: '', err: BEGIN });
  assert.deepEqual(run(['no']), { code: 1, out: '', err: BEGIN });
});

test('help and version go to standard output', () => {
  const help = run(['--help']);
  assert.equal(help.code, 0);
  assert.equal(help.err, '');
  assert.match(help.out, /^crit-sample: do as told\n\nUsage: crit-sample /);
  assert.deepEqual(run(['-h']), help);
  assert.deepEqual(run(['--version']), { code: 0, out: 'crit-sample 1.2.3\n', err: '' });
});

test('wrong usage is one line and a hint', () => {
  const err = "crit-sample: unknown option --lst; did you mean --list?\ncrit-sample: try 'crit-sample --help'\n";
  assert.deepEqual(run(['--lst']), { code: 2, out: '', err });
});

test('an error is one line, made safe', () => {
  const line = 'crit-sample: a\\x1b[2J.img: entry 3 at byte 182: truncated: 37 bytes expected\n';
  assert.deepEqual(run(['bad']), { code: 2, out: '', err: BEGIN + line });
});

test('an error of the system names its file', (t) => {
  const path = folder(t);
  const line = `crit-sample: ${path}/none/none: no such file or directory\n`;
  assert.deepEqual(run(['missing', path]), { code: 2, out: '', err: BEGIN + line });
});

test('a mistake of ours is one line, with a stack only where it is asked for', () => {
  const line = `${BEGIN}crit-sample: internal error: x is not a function\n`;
  assert.deepEqual(run(['bug']), { code: 2, out: '', err: line });
  const debug = run(['bug'], { CRIT_DEBUG: '1' });
  assert.equal(debug.code, 2);
  assert.ok(debug.err.startsWith(line));
  assert.match(debug.err, /\n {4}at /);
});

test('a command that never ends although nothing is left to wait for has failed', () => {
  const err = `${BEGIN}crit-sample: internal error: stopped before the end of its work\n`;
  assert.deepEqual(run(['empty']), { code: 2, out: '', err });
});

test('what is thrown from nowhere ends the process at once', () => {
  const err = `${BEGIN}crit-sample: internal error: thrown later\n`;
  assert.deepEqual(run(['later']), { code: 2, out: '', err });
});

test('a reader of standard output that goes ends it quietly', async () => {
  const child = start(['endless']);
  let err = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  assert.equal(code, 0);
  assert.equal(err, BEGIN);
});

test('a reader of standard error that goes changes nothing', async () => {
  const child = start(['no']);
  child.stderr.destroy();
  const [code] = await once(child, 'close');
  assert.equal(code, 1);
});

test('a full disk is one line', { skip: !existsSync('/dev/full') && 'no /dev/full' }, () => {
  const { status, stderr } = spawnSync('sh', ['-c', '"$@" >/dev/full', 'sh', process.execPath, ...NODE, 'endless'], {
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.match(stderr.slice(BEGIN.length), /^crit-sample: (standard output: )?no space left on device\n$/);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} undoes what is unfinished and ends the process as it does by itself`, async (t) => {
    const path = join(folder(t), 'trace');
    const child = start(['wait', path]);
    await once(child.stdout, 'data');
    child.kill(signal);
    const [code, by] = await once(child, 'close');
    assert.deepEqual([code, by], [null, signal]);
    assert.equal(readFileSync(path, 'utf8'), 'undone');
  });
}

test('what is finished is not undone', (t) => {
  const path = join(folder(t), 'trace');
  assert.equal(run(['finish', path]).code, 0);
  assert.equal(existsSync(path), false);
});

const script = spawnSync('script', ['--version'], { encoding: 'utf8' });
const noTerminal = !script.stdout?.includes('util-linux') && 'script of util-linux is not here';

test('a terminal for input and nothing to read is a short help', { skip: noTerminal }, (t) => {
  const log = join(folder(t), 'log');
  const onTerminal = (argv: string): Outcome => {
    const line = `${process.execPath} ${NODE.join(' ')} ${argv}`;
    const { status, stdout, stderr } = spawnSync('script', ['-qec', line, log], { encoding: 'utf8' });
    return { code: status, out: stdout.replaceAll('\r', ''), err: stderr };
  };
  const { code, out } = onTerminal('');
  assert.equal(code, 2);
  assert.equal(
    out,
    "Usage: crit-sample [OPTION]... [WHAT [PATH]]\ncrit-sample: nothing to read; try 'crit-sample --help'\n",
  );
  assert.equal(onTerminal('done').code, 0);
  assert.equal(onTerminal('--list x').code, 0);
});
