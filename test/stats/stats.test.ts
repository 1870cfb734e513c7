/** `crit-stats`, and the statistics in the library. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readDumpStats, readRestoreStats } from '../../src/checkpoint/statistics.ts';
import { buildImage, delimited, numeric } from '../build-image.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const SIMPLE = fixture('real/simple');
const CHAIN = fixture('real/incremental');

test('all numbers for people', async () => {
  const { stdout, stderr, codes } = await shell('cd "$1" && crit-stats .', [SIMPLE]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.equal(
    stdout.toString(),
    `dump                              .
freezing_time              0.123 ms
frozen_time                2.655 ms
memdump_time               0.272 ms
memwrite_time              0.050 ms
pages_scanned           20 (80 KiB)
pages_skipped_parent              0
pages_written           13 (52 KiB)
irmap_resolve              0.000 ms
pages_lazy                        0
page_pipes                        4
page_pipe_bufs                    4
shpages_scanned                   0
shpages_skipped_parent            0
shpages_written                   0

restore                      .
pages_compared               0
pages_skipped_cow            0
forking_time          0.002 ms
restore_time          1.870 ms
pages_restored     13 (52 KiB)
`,
  );
});

test('rounds beside each other, files, and standard input', async () => {
  const rounds = await shell('cd "$1" && crit-stats 1 2/stats-dump - < 3/stats-dump', [CHAIN]);
  assert.deepEqual(rounds.codes, [0]);
  const lines = rounds.stdout
    .toString()
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  assert.deepEqual(lines[0], ['dump', '1', '2/stats-dump', '-']);
  assert.deepEqual(lines[7], ['pages_written', '111 (444 KiB)', '45 (180 KiB)', '49 (196 KiB)']);
  const big = await shell('crit-stats --page-size 65536 "$1"', [join(CHAIN, '1')]);
  assert.match(big.stdout.toString(), /^pages_written +111 \(6\.9 MiB\)$/m);
  const input = await shell('cat "$1" | crit stats --json', [join(CHAIN, '3/stats-dump')]);
  assert.equal(JSON.parse(input.stdout.toString()).dump.pages_written, 49);
});

test('long times are seconds, and large numbers exact', async (t) => {
  const path = join(temporary(t), 'stats');
  const dump = [3_210_987, 999_999, 1_000_000, 0, 2n ** 64n - 1n, 0, 0].map((value, index) =>
    numeric(index + 1, value),
  );
  writeFileSync(path, buildImage('STATS', [delimited(1, Buffer.concat([...dump, numeric(9, 0)]))]));
  const { stdout } = await shell('crit-stats "$1" && crit-stats --json "$1"', [path]);
  assert.match(stdout.toString(), /^freezing_time +3\.211 s$/m);
  assert.match(stdout.toString(), /^frozen_time +999\.999 ms$/m);
  assert.match(stdout.toString(), /^memdump_time +1\.000 s$/m);
  assert.match(stdout.toString(), /^pages_scanned +18446744073709551615 \(/m);
  assert.match(stdout.toString(), /"pages_scanned":"18446744073709551615"/);
});

test('the decision: a line of JSON and the exit code', async () => {
  const decide = (call: string) => shell(`cd "$1" && crit-stats --pre-copy ${call}`, [CHAIN]);
  const goOn = await decide('lxd --iteration 2 2');
  assert.deepEqual(goOn.codes, [1]);
  assert.equal(
    goOn.stdout.toString(),
    '{"final":false,"reason":"none","rule":"lxd","iteration":2,"percent":60,"pages_written":45,"pages_skipped_parent":66}\n',
  );
  const last = await decide('phaul 2 --previous 1');
  assert.deepEqual(last.codes, [0]);
  assert.equal(
    last.stdout.toString(),
    '{"final":true,"reason":"small","rule":"phaul","percent":60,"growth":-59.46,"pages_written":45,"pages_skipped_parent":66}\n',
  );
  assert.deepEqual((await decide('lxd --goal 59 2')).codes, [0]);
  assert.deepEqual((await decide('lxd --max 2 --iteration 2 2')).codes, [0]);
  const shared = await decide('lxd --include-shmem 3');
  assert.equal(JSON.parse(shared.stdout.toString()).pages_written, 53);
});

test('what it does not take', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'none'));
  copyFileSync(join(SIMPLE, 'stats-restore'), join(directory, 'restored'));
  copyFileSync(join(SIMPLE, 'pstree.img'), join(directory, 'pstree'));
  for (const [call, message] of [
    ['missing', /^crit-stats: missing: no such file or directory\n$/],
    ['none', /^crit-stats: none: has neither stats-dump nor stats-restore\n$/],
    ['pstree', /^crit-stats: pstree: no STATS image, but one of PSTREE\n$/],
    ['--pre-copy lxd restored', /^crit-stats: restored: has no statistics of a dump\n$/],
    ['--pre-copy lxd none', /^crit-stats: none\/stats-dump: no such file or directory\n$/],
    ['--pre-copy lxx none', /no rule lxx, but lxd and phaul; did you mean lxd\?/],
    ['--pre-copy phaul --goal 1 none', /--goal is of the rule lxd alone/],
    ['--pre-copy lxd --max x none', /--max x is not a whole number/],
    ['--pre-copy lxd a b', /one directory is decided by, but there is b too/],
    ['--max 3 none', /--max goes with --pre-copy/],
  ] as const) {
    const { codes, stderr, stdout } = await shell(`crit-stats ${call}`, [], { cwd: directory });
    assert.deepEqual(codes, [2], call);
    assert.match(stderr, message);
    assert.equal(stdout.length, 0);
  }
});

test('the library reads a directory or a file', () => {
  assert.equal(readDumpStats(SIMPLE).frozen_time, 2655);
  assert.equal(readDumpStats(join(SIMPLE, 'stats-dump')).pages_written, 13);
  assert.equal(readRestoreStats(SIMPLE).restore_time, 1870);
  assert.throws(() => readRestoreStats(join(SIMPLE, 'stats-dump')), /has no statistics of a restore/);
  assert.throws(() => readDumpStats(join(CHAIN, 'nothing')), /no such file/);
});
