import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

const procs = fixture('real/procs');
const MOVE = ['--path', '/srv/corpus=/opt/app'];

test('as a filter and with the checkpoint named, the result is the same', async (t) => {
  const directory = temporary(t);
  const { stderr, codes } = await shell(
    `crit-cat "$1" | crit-edit "\${@:3}" | crit-pack -C "$2/a" && crit-edit "\${@:3}" "$1" -C "$2/b"`,
    [procs, directory, ...MOVE],
  );
  assert.deepEqual([stderr, codes], ['crit-edit: path: 8 changes in 1 image\n'.repeat(2), [0]]);
  const [before, a, b] = [procs, join(directory, 'a'), join(directory, 'b')].map((path) => readTree(path));
  assert.deepEqual(a, b);
  assert.notDeepEqual(a, before);
  const { stdout } = await shell('diff -rq "$1" "$2/a" | wc -l', [procs, directory]);
  assert.equal(stdout.toString().trim(), '1');
});

test('in place, only what changes is written', async (t) => {
  const directory = join(temporary(t), 'dump');
  cpSync(procs, directory, { recursive: true });
  for (const name of readdirSync(directory)) utimesSync(join(directory, name), 1, 1);
  const { codes } = await shell('crit-edit "${@:2}" "$1" -f -C "$1"', [directory, ...MOVE, '--drop', 'stats-dump']);
  assert.deepEqual(codes, [0]);
  const written = readdirSync(directory).filter((name) => statSync(join(directory, name)).mtimeMs !== 1000);
  assert.deepEqual(written, ['files.img']);
  assert.ok(!existsSync(join(directory, 'stats-dump')));
  assert.ok(readFileSync(join(directory, 'files.img')).includes('/opt/app/data'));
});

test('images that no edit looks at are copied as they are, even if that is all of them', async (t) => {
  const directory = temporary(t);
  const { stderr, codes } = await shell('crit-edit --if-present --hostname x "$1" -C "$2/a"', [procs, directory]);
  assert.deepEqual([stderr, codes], ['crit-edit: nothing changed\n', [0]]);
  assert.deepEqual(readTree(join(directory, 'a')), readTree(procs));
  const again = await shell('crit-edit --if-present --hostname x "$1" -C "$2/a"', [procs, directory]);
  assert.match(again.stderr, /is there already: -f replaces it/);
});

test('in place needs -f', async (t) => {
  const directory = join(temporary(t), 'dump');
  cpSync(procs, directory, { recursive: true });
  const { stderr, codes } = await shell('crit-edit "${@:2}" "$1" -C "$1"', [directory, ...MOVE]);
  assert.match(stderr, /is the checkpoint itself: -f changes it/);
  assert.deepEqual(codes, [2]);
});

test('what is not there leaves nothing behind', async (t) => {
  const directory = temporary(t);
  const { stderr, codes } = await shell(
    'crit-cat "$1" | crit-edit --path /nowhere=/x | crit-pack -C "$2/a"; crit-edit --path /nowhere=/x "$1" -C "$2/b"',
    [procs, directory],
  );
  assert.match(stderr, /crit-edit: --path \/nowhere=\/x: no such path; there is \/, \/dev\/null, \/srv\/corpus\n/);
  assert.deepEqual(codes, [2]);
  assert.deepEqual(readdirSync(directory), []);
});

test('--dry-run lists changes and writes nothing', async () => {
  const text = await shell('crit-edit -n -q "${@:2}" "$1"', [procs, ...MOVE]);
  assert.equal(
    text.stderr.split('\n')[0],
    'files.img: entry 1: reg.name: "/srv/corpus/bin/procs" to "/opt/app/bin/procs"',
  );
  assert.equal(text.stdout.length, 0);
  const json = await shell('crit-edit --dry-run --json -q "${@:2}" "$1"', [procs, ...MOVE]);
  const lines = json.stdout.toString().trim().split('\n');
  assert.equal(lines.length, 8);
  assert.deepEqual(JSON.parse(lines[0] ?? ''), {
    option: 'path',
    image: 'files.img',
    magic: 'FILES',
    entry: 1,
    field: 'reg.name',
    old: '/srv/corpus/bin/procs',
    new: '/opt/app/bin/procs',
  });
});

test('an archive stays one', async (t) => {
  const directory = temporary(t);
  const { stdout, codes } = await shell(
    `crit-edit --drop stats-dump -q "$1" | crit-pack --tar -o "$2/a.tar" && diff <(tar -tf "$1") <(tar -tf "$2/a.tar")`,
    [fixture('archives/podman-counter.tar'), directory],
  );
  assert.deepEqual([stdout.toString().split('\n').length, codes], [3, [1]]);
});

test('a directory within the checkpoint is no place for the result', async (t) => {
  const directory = join(temporary(t), 'dump');
  cpSync(procs, directory, { recursive: true });
  const { stderr, codes } = await shell('crit-edit "${@:2}" "$1" -C "$1/new"', [directory, ...MOVE]);
  assert.match(stderr, /lies in the checkpoint/);
  assert.deepEqual(codes, [2]);
  assert.deepEqual(readTree(directory), readTree(procs));
});

test('wrong usage', async () => {
  const { stderr, codes } = await shell('crit-edit "$1" | cat; crit-edit --path /a=/b "$1" "$1"', [procs]);
  assert.match(stderr, /nothing to change/);
  assert.match(stderr, /one checkpoint at a time/);
  assert.deepEqual(codes, [2]);
});
