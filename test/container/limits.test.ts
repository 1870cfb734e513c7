/** What archives may ask for: room in TMPDIR, memory for a window, members. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { MemberList } from '../../src/container/member-list.ts';
import { NameSet } from '../../src/line/name-set.ts';
import { fixture, fixtureNames } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { END, archive, member } from './build-tar.ts';

const MIB = 1024 * 1024;

test('an archive that is larger than --max-unpacked allows is refused before it is written', async (t) => {
  const TMPDIR = temporary(t);
  const path = fixture('archives/podman-counter.tar.zst');
  for (const command of ['crit-inspect', 'crit-mem --map', 'crit-check']) {
    const script = `${command} --max-unpacked 60K "$1"`;
    const { codes, stderr } = await shell(script, [path], { env: { TMPDIR } });
    assert.deepEqual(codes, [2], command);
    assert.match(stderr, /unpacks to more than the 0 MiB which --max-unpacked allows/, command);
  }
  const { codes } = await shell('crit-inspect --max-unpacked 1M "$1" > /dev/null', [path], { env: { TMPDIR } });
  assert.deepEqual([codes, readdirSync(TMPDIR)], [[0], []]);
});

test('what crit-serve and crit-stats unpack is bounded as well', async (t) => {
  const TMPDIR = temporary(t);
  const path = fixture('archives/podman-counter.tar.zst');
  for (const command of ['crit-serve --max-unpacked 60K "$2/dir" --from "$1"', 'crit-stats --max-unpacked 10 "$1"']) {
    const { codes, stderr } = await shell(command, [path, temporary(t)], { env: { TMPDIR } });
    assert.deepEqual([codes, readdirSync(TMPDIR)], [[2], []], command);
    assert.match(stderr, /unpacks to more than the 0 MiB which --max-unpacked allows/, command);
  }
  // A stream of CRIU's own streamer tells no sizes before the bytes.
  const counted =
    'crit-cat "$1" | crit-pack --stream -o "$2/stream"; crit-serve --max-unpacked 20K "$2/dir" --from "$2/stream"';
  const { codes, stderr } = await shell(counted, [fixture('real/simple'), temporary(t)], { env: { TMPDIR } });
  assert.match(stderr, /unpacks to more than the 0 MiB which --max-unpacked allows/);
  assert.deepEqual([codes.at(-1), readdirSync(TMPDIR)], [2, []]);
});

test('sizes that no disk has are refused by what members say, before a byte is written', async (t) => {
  const TMPDIR = temporary(t);
  const path = join(temporary(t), 'huge.tar');
  const images = fixtureNames('real/simple').map((name) => ({
    name,
    contents: readFileSync(fixture(`real/simple/${name}`)),
  }));
  // 1 PiB, of which nothing comes: a number in base 256.
  const huge = member({ name: 'pages-9.img', size: '\x80\0\0\0\0\x04\0\0\0\0\0\0' });
  writeFileSync(path, Buffer.concat([archive(...images).subarray(0, -1024), huge]));
  const { codes, stderr } = await shell('crit-inspect "$1"', [path], { env: { TMPDIR } });
  assert.deepEqual([codes, readdirSync(TMPDIR)], [[2], []]);
  assert.match(
    stderr,
    /unpacks to more than the \d+ MiB which are free in .*: let TMPDIR, or --tmp where it is given, name a place with more/,
  );
});

test('a size is a number with a unit', async () => {
  for (const size of ['', '10', '3m', '2GiB', '1T']) {
    const { codes } = await shell('crit-inspect --max-unpacked "$1" "$2"', [size, fixture('real/simple')]);
    assert.deepEqual(codes, [size === '' ? 2 : 0], size);
  }
  const { stderr } = await shell('crit-cat --max-window 1.5G "$1"', [fixture('real/simple')]);
  assert.match(stderr, /--max-window 1.5G is no size, such as 500M or 10G/);
});

const hasZstd = spawnSync('zstd', ['--version']).status === 0;

test('a window of 128 MiB is refused with the option that allows it', { skip: !hasZstd && 'no zstd' }, async (t) => {
  const directory = temporary(t);
  const path = join(directory, 'long.tar.zst');
  const random = Buffer.alloc(40 * MIB, 7);
  const tar = archive({ name: 'a', contents: random }, { name: 'b', contents: random });
  writeFileSync(
    path,
    execFileSync('zstd', ['--long=27', '-c', '--no-check'], {
      input: tar,
      maxBuffer: 200 * MIB,
      stdio: ['pipe', 'pipe', 'ignore'],
    }),
  );
  const refused = await shell('crit-cat "$1"', [path]);
  assert.deepEqual(refused.codes, [2]);
  assert.match(refused.stderr, /a window of 128 MiB.*--max-window 128M allows it/);
  const { codes, stderr } = await shell(
    'crit-cat --max-window 128M "$1" | crit-pack --tar | cmp - <(zstd -dc --long=27 "$1")',
    [path],
  );
  assert.deepEqual([codes, stderr], [[0, 0, 0], '']);
  const inspected = await shell('crit-inspect --max-window 64M "$1"', [path]);
  assert.match(inspected.stderr, /64 MiB is the most/);
  const several = await shell(
    'crit-inspect --json --max-window 64M "$1" "$1"; crit-inspect --max-window 128M "$1" "$1"',
    [path],
  );
  assert.match(several.stdout.toString(), /64 MiB is the most.*\n.*64 MiB is the most/);
  assert.match(several.stdout.toString(), /is no checkpoint/);
});

test('60,000 members come back, in the memory that is promised', async (t) => {
  const path = join(temporary(t), 'many.tar');
  const blocks = function* (): Generator<Buffer> {
    for (let from = 0; from < 60_000; from += 1000)
      yield Buffer.concat(Array.from({ length: 1000 }, (_, at) => member({ name: `d/${from + at}`, mode: '0000600' })));
    yield END;
  };
  await pipeline(Readable.from(blocks()), createWriteStream(path));
  const script = 'crit-cat "$1" | crit-pack --tar | cmp - "$1"';
  const { codes, stderr, peak } = await shell(script, [path], { measure: true });
  assert.deepEqual([codes, stderr], [[0, 0, 0], '']);
  assert.ok(peak < 120, `${peak} MiB`);
});

test('a set of names knows what it has, at any size', () => {
  const names = new NameSet();
  const count = 20_000;
  for (let at = 0; at < count; at++) assert.ok(names.add(`checkpoint/${at}.img`));
  for (let at = 0; at < count; at++) {
    assert.ok(names.has(`checkpoint/${at}.img`) && !names.add(`checkpoint/${at}.img`));
    assert.ok(!names.has(`checkpoint/${at}.im`));
  }
  assert.equal(names.size, count);
});

test('names and sizes of many members are held as bytes, and come back as they were', () => {
  const members: [string, number][] = [
    ['', 0],
    ['a', 2 ** 40 + 1],
    ['\u00e9/\u{1f600}', 7],
    ['n'.repeat(10_000), Number.MAX_SAFE_INTEGER],
  ];
  const list = new MemberList();
  for (const [image, size] of members) list.add(image, size);
  for (let time = 0; time < 2; time++) {
    assert.deepEqual(
      Array.from(list, ({ image, size }) => [image, size]),
      members,
    );
  }
  const before = process.memoryUsage();
  for (let index = 0; index < 200_000; index++) list.add(`file-${index}`, index);
  const after = process.memoryUsage();
  const taken = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers;
  assert.ok(taken < 30 * 2 ** 20, `${taken} bytes`);
  assert.equal([...list].length, members.length + 200_000);
});
