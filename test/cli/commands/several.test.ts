/** Checkpoints on standard input, and several at once. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../../fixtures.ts';
import { shell } from '../../shell.ts';
import { temporary } from '../../temporary.ts';

const archive = readFileSync(fixture('archives/podman-counter.tar.zst'));
const simple = fixture('real/simple');
const procs = fixture('real/procs');

for (const command of [
  'crit-mem --map',
  'crit-grep -c -F counter',
  'crit-inspect',
  'crit-stats --json',
  'crit-core --list',
]) {
  test(`${command} - reads a checkpoint from standard input`, async () => {
    const given = await shell(`${command} -`, [], { input: archive });
    assert.deepEqual([given.stderr, given.codes], ['', [0]]);
    const named = await shell(`${command} "$1"`, [fixture('archives/podman-counter.tar.zst')]);
    const expected = named.stdout.toString().replaceAll(/"path":"[^"]*"/g, '"path":"-"');
    // How large the archive is, is not known of a stream.
    assert.equal(given.stdout.toString(), expected.replace(/, in an archive of .*/, ''));
  });
}

test('crit x - reads a checkpoint from standard input', async () => {
  const { stdout, stderr } = await shell('crit x - ps', [], { input: archive });
  assert.deepEqual(
    [stdout.toString(), stderr],
    ['    PID   PGID    SID   COMM\n      1      1      1   counter\n', ''],
  );
});

test('crit-stats - takes a file of statistics, and refuses what is none by the name that it was given', async () => {
  const good = await shell('crit-stats --json -', [], { input: readFileSync(`${simple}/stats-dump`) });
  assert.match(good.stdout.toString(), /"pages_written"/);
  const bad = await shell('crit-stats --json -', [], { input: readFileSync(`${simple}/pstree.img`) });
  assert.deepEqual(bad.codes, [2]);
  assert.match(bad.stderr, /^crit-stats: -: [^\n/]*\n$/);
});

test('crit-grep of several checkpoints names them, and ends as grep does', async () => {
  const found = await shell('crit-grep -l -F simple "$1" "$2"', [simple, procs]);
  assert.deepEqual([found.stdout.toString(), found.stderr, found.codes], [`${simple}\t2512\tsimple\n`, '', [0]]);
  const json = await shell('crit-grep --json -F -m 1 /srv "$1" "$2"', [simple, procs]);
  const values = json.stdout.toString().trim().split('\n');
  assert.ok(values.length > 1);
  for (const line of values) {
    const { checkpoint }: { checkpoint: string } = JSON.parse(line);
    assert.ok([simple, procs].includes(checkpoint));
  }
  const none = await shell('crit-grep -F "nowhere to be found" "$1" "$2"', [simple, procs]);
  assert.deepEqual([none.stdout.toString(), none.codes], ['', [1]]);
});

test('crit-grep goes on with the next checkpoint where one fails, and ends with 2', async () => {
  const { stdout, stderr, codes } = await shell('crit-grep -l -F simple /nowhere "$1"', [simple]);
  assert.deepEqual(codes, [2]);
  assert.equal(stdout.toString(), `${simple}\t2512\tsimple\n`);
  assert.equal(stderr, 'crit-grep: /nowhere: no such file or directory\n');
});

test('crit-check of several checkpoints names them, and ends with the worst', async (t) => {
  const cut = join(temporary(t), 'cut');
  cpSync(simple, cut, { recursive: true });
  truncateSync(join(cut, 'pages-1.img'), 4096);
  const good = await shell('crit-check --offline "$1" "$2"', [simple, procs]);
  assert.deepEqual([good.stdout.toString(), good.stderr, good.codes], ['', '', [0]]);
  const bad = await shell('crit-check --offline "$1" "$2" "$3"', [simple, cut, procs]);
  assert.deepEqual([bad.stderr, bad.codes], ['', [1]]);
  const lines = bad.stdout.toString().trim().split('\n');
  assert.match(lines[0] ?? '', new RegExp(`^${cut}: error: damaged: pages-1\\.img: 4096 bytes`));
  assert.ok(lines.every((line) => line.startsWith(`${cut}: `)));
  const json = await shell('crit-check --offline --json /nowhere "$1" "$2"', [cut, simple]);
  assert.deepEqual([json.stderr, json.codes], ['crit-check: /nowhere: no such file or directory\n', [2]]);
  const { checkpoint, kind }: { checkpoint: string; kind: string } = JSON.parse(
    json.stdout.toString().split('\n')[0] ?? '',
  );
  assert.deepEqual([checkpoint, kind], [cut, 'damaged']);
});

test('what cannot be read is told with its checkpoint, also where the name of the image begins like that', async (t) => {
  const directory = temporary(t);
  cpSync(simple, join(directory, 'p'), { recursive: true });
  truncateSync(join(directory, 'p/pstree.img'), 3);
  const message = /^crit-\w+: p: pstree\.img: .*\n$/;
  for (const jobs of ['1', '2']) {
    const { stderr, codes } = await shell('cd "$1" && crit-check --offline -j "$3" "$2" p', [directory, simple, jobs]);
    assert.match(stderr, message);
    assert.deepEqual(codes, [2]);
  }
  const named = await shell('cd "$1" && crit-check --offline "$2" ./p/', [directory, simple]);
  assert.match(named.stderr, /^crit-check: \.\/p\/: pstree\.img: /);
});

test('--jobs that is no number is refused, however many checkpoints there are', async () => {
  for (const command of [
    'crit-check --offline -j x "$1"',
    'crit-check --offline -j 0 "$1" "$1"',
    'crit-stats -j x "$1"',
  ]) {
    const { stdout, stderr, codes } = await shell(command, [simple]);
    assert.deepEqual([stdout.toString(), codes], ['', [2]], command);
    assert.match(stderr, /--jobs \w is not a whole number from 1 to 64/);
  }
});

test('crit-check takes a folder of checkpoints, and refuses what is about one', async () => {
  const folder = await shell('crit-check --offline --json "$1"', [fixture('archives')]);
  assert.deepEqual([folder.stderr, folder.codes], ['', [0]]);
  const stray = await shell('crit-check --offline --log x "$1" "$2"', [simple, procs]);
  assert.deepEqual(
    [stray.stderr, stray.codes],
    ["crit-check: --log goes with one checkpoint\ncrit-check: try 'crit-check --help'\n", [2]],
  );
});

test('crit-stats goes on with the next where one fails, and ends with 2', async () => {
  const { stdout, stderr, codes } = await shell('crit-stats --json /nowhere "$1"', [simple]);
  assert.deepEqual([stderr, codes], ['crit-stats: /nowhere: no such file or directory\n', [2]]);
  assert.match(stdout.toString(), /"pages_written":13/);
  const none = await shell('crit-stats /nowhere', []);
  assert.deepEqual([none.stdout.toString(), none.codes], ['', [2]]);
});

test('threads change nothing: the same answers in the same order, errors among them', async () => {
  const paths = [simple, '/nowhere', procs, fixture('archives/podman-counter.tar.zst'), fixture('real/fds')];
  for (const command of [
    'crit-inspect',
    'crit-inspect --json --sort=-size',
    'crit-check --offline',
    'crit-stats --json',
  ]) {
    const one = await shell(`${command} "$@"`, paths);
    const several = await shell(`${command} -j 3 "$@"`, paths);
    assert.deepEqual(
      [several.stdout.toString(), several.stderr, several.codes],
      [one.stdout.toString(), one.stderr, one.codes],
      command,
    );
    assert.deepEqual(one.codes, [2], command);
  }
});

test('hundreds in threads come in their order, and end where nobody reads on', async () => {
  const some = [simple, '/nowhere', procs, fixture('archives/podman-counter.tar')];
  const paths = Array.from({ length: 600 }, (_, i) => some[i % some.length] ?? '');
  const one = await shell('crit-inspect --json "$@"', paths);
  const several = await shell('crit-inspect --json -j 3 "$@"', paths);
  assert.ok(several.stdout.equals(one.stdout));
  assert.deepEqual([several.stderr, several.codes], [one.stderr, one.codes]);
  // A reader that has seen enough ends them all.
  const { stdout, codes } = await shell('crit-inspect --json -j 3 "$@" | head -n 300', paths);
  assert.deepEqual([stdout.toString().split('\n').length - 1, codes], [300, [0, 0]]);
});

test('a signal ends the threads, and what they have unpacked is removed', async (t) => {
  const TMPDIR = temporary(t);
  const paths = Array.from({ length: 60 }, () => fixture('archives/podman-counter.tar.zst'));
  const script = 'crit-check --offline -j 2 "$@" & pid=$!; sleep 0.6; kill -TERM $pid; wait $pid; echo $?';
  const { stdout } = await shell(script, paths, { env: { TMPDIR } });
  assert.equal(stdout.toString(), '143\n');
  assert.deepEqual(readdirSync(TMPDIR), []);
});
