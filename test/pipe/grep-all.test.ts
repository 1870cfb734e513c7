import assert from 'node:assert/strict';
import { cpSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const UNLIKELY = 'in-no-image-of-any-fixture';

test('--all: patterns of a file, counts, names and JSON, in memory and elsewhere', async (t) => {
  const patterns = join(temporary(t), 'patterns');
  writeFileSync(patterns, `stream queued\n${UNLIKELY}\n`);
  const unix = fixture('real/unix');
  const run = async (options: string): Promise<string> =>
    (await shell(`crit-grep --all -F -f "$1" ${options} "$2"`, [patterns, unix])).stdout.toString();
  assert.equal(await run(''), '-\t-\tsk-queues.img\tentry 1: extra +0x0\tstream queued\n');
  assert.equal(await run('-l'), '-\tsk-queues.img\n');
  assert.match(await run('-c'), /\n-\tsk-queues.img\t1\n$/);
  assert.deepEqual(JSON.parse(await run('--json')), {
    pid: null,
    comm: null,
    image: 'sk-queues.img',
    magic: 'SK_QUEUES',
    entry: 1,
    field: 'extra',
    offset: 0,
    length: 13,
    match: 'stream queued',
  });
});

test('"not found" is said only where all could be read', async (t) => {
  const directory = temporary(t);
  const dump = join(directory, 'dump');
  cpSync(fixture('real/simple'), dump, { recursive: true });
  const grep = 'crit-grep --all -F "$1" "$2"';
  assert.deepEqual((await shell(grep, [UNLIKELY, dump])).codes, [1]);
  writeFileSync(join(dump, 'tmpfs-dev-9.tar.gz.img'), gzipSync(Buffer.alloc(5000, UNLIKELY)).subarray(0, 60));
  const damaged = await shell(grep, [UNLIKELY, dump]);
  assert.deepEqual(damaged.codes, [2]);
  assert.match(damaged.stderr, /tmpfs-dev-9\.tar\.gz\.img: byte \d+: truncated compressed data/);
  rmSync(join(dump, 'tmpfs-dev-9.tar.gz.img'));
  truncateSync(join(dump, 'files.img'), 40);
  const cut = await shell(grep, [UNLIKELY, dump]);
  assert.deepEqual(cut.codes, [2]);
  assert.match(cut.stderr, /files\.img.*truncated/);
});

test('lazy pages and a missing parent are failures, unless they are allowed', async (t) => {
  const lazy = await shell('crit-grep --all -F "$1" "$2"', [UNLIKELY, fixture('real/lazy')]);
  assert.deepEqual(lazy.codes, [2]);
  assert.match(lazy.stderr, /94 pages were left to a lazy-pages server/);
  const allowed = await shell('crit-grep --all --allow lazy -F "$1" "$2"', [UNLIKELY, fixture('real/lazy')]);
  assert.deepEqual([allowed.codes, allowed.stderr], [[1], '']);
  const alone = join(temporary(t), 'alone');
  cpSync(fixture('real/incremental/3'), alone, { recursive: true, verbatimSymlinks: true });
  const missing = await shell('crit-grep --all -F "$1" "$2"', [UNLIKELY, alone]);
  assert.deepEqual(missing.codes, [2]);
  assert.match(missing.stderr, /parent.*which is not there/);
  const passed = await shell('crit-grep --all --allow parent -F "$1" "$2"', [UNLIKELY, alone]);
  assert.deepEqual([passed.codes, passed.stderr], [[1], '']);
});

test('pages of no area and of no pagemap are searched, too', async (t) => {
  const dump = join(temporary(t), 'dump');
  cpSync(fixture('real/simple'), dump, { recursive: true });
  writeFileSync(join(dump, 'pages-77.img'), Buffer.alloc(4096, UNLIKELY).subarray(0, 4096));
  const orphan = await shell('crit-grep --all -m 1 -F "$1" "$2"', [UNLIKELY, dump]);
  assert.deepEqual(orphan.stdout.toString(), `-\t-\tpages-77.img\t+0x0\t${UNLIKELY}\n`);
  rmSync(join(dump, 'pages-77.img'));
  const script = `crit-cat "$1" | crit-map -m MM 'entry.vmas = []' | crit-pack -C "$2"; crit-grep --all -F corpus "$2" | head -n 1`;
  const outside = await shell(script, [dump, join(dump, '../outside')]);
  assert.match(outside.stdout.toString(), /^2512\t[^\t]+\t\[outside\]\t0x[0-9a-f]+\tcorpus\n/);
});

test('--all takes no choice of memory', async () => {
  const choice = await shell('crit-grep --all -p 1 -F x "$1"', [fixture('real/simple')]);
  assert.match(choice.stderr, /--all looks at everything: --pid does not go with it/);
});

test('--all of standard input is that of the file, waits in a private file, and leaves nothing behind', async (t) => {
  const tmp = temporary(t);
  const options = { env: { TMPDIR: tmp } };
  for (const archive of ['podman-counter.tar', 'made-containerd.tar.gz', 'podman-counter.tar.zst']) {
    const script = `cat "$1" | crit-grep --all -F PATH= - | cmp - <(crit-grep --all -F PATH= "$1") && cat "$1" | crit-grep --all -F ${UNLIKELY} -`;
    const { codes, stderr } = await shell(script, [fixture(`archives/${archive}`)], options);
    assert.deepEqual([codes, stderr], [[0, 1], ''], archive);
  }
  const limited = await shell(
    'crit-grep --all --max-unpacked 4096 -F x - < "$1"',
    [fixture('archives/podman-counter.tar')],
    options,
  );
  assert.deepEqual(limited.codes, [2]);
  assert.match(limited.stderr, /^crit-grep: -: unpacks to more than/);
  const none = await shell('printf nothing | crit-grep --all -F x -', [], options);
  assert.match(none.stderr, /^crit-grep: -: a single file/);
  assert.deepEqual(readdirSync(tmp), []);
});

test('encodings are those of texts, and kinds of secrets have none', async () => {
  const both = await shell('crit-grep --all --secrets --encodings base64 "$1"', [fixture('real/simple')]);
  assert.deepEqual(both.codes, [2]);
  assert.match(both.stderr, /--encodings are those of texts that are given/);
});
