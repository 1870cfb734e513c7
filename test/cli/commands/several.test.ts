/** Checkpoints on standard input, and several at once. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fixture } from '../../fixtures.ts';
import { shell } from '../../shell.ts';

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
