import assert from 'node:assert/strict';
import { test } from 'node:test';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fixture } from '../fixtures.ts';
import { formatLines, imageLines, parseLines } from '../lines.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const podman = fixture('archives/podman-counter.tar');
const crio = fixture('archives/made-crio.tar');
const skip = (await shell('command -v tar > /dev/null')).codes[0] !== 0 && 'tar is not installed';

test('a changed entry changes its member and no other', async () => {
  for (const path of [podman, crio]) {
    const change = `crit-map -m PSTREE 'entry.sid = 4000000'`;
    const { stdout, stderr } = await shell(`crit-cat "$1" | ${change} | crit-pack --tar | crit-cat`, [path]);
    assert.equal(stderr, '');
    const before = parseLines((await shell('crit-cat "$1"', [path])).stdout);
    const after = parseLines(stdout);
    assert.equal(after.length, before.length);
    const differ = after.filter((line, i) => JSON.stringify(line) !== JSON.stringify(before[i]));
    assert.deepEqual(
      differ.map(({ image, entry, begin }) => [image, entry?.['sid'], Object(begin?.['tar']).size]),
      [
        ['checkpoint/pstree.img', undefined, 25],
        ['checkpoint/pstree.img', 4000000, undefined],
      ],
    );
  }
});

test('a changed member keeps its pax records', { skip }, async () => {
  const script = `crit-cat "$1" | crit-map -m PSTREE 'entry.sid = 4000000' | crit-pack --tar | tar --full-time -tvf - ./checkpoint/pstree.img`;
  const { stdout, stderr } = await shell(script, [crio]);
  assert.equal(stderr, '');
  assert.match(String(stdout), /^-rw-r--r-- 0\/0 +25 /);
});

test('changed details are written', { skip }, async () => {
  const script = `crit-cat "$1" | sed '/"image":"config.dump"/s/"mode":"0600"/"mode":"0640","uid":7,"uname":"somebody"/' | crit-pack --tar | tar -tvf - config.dump`;
  const { stdout, stderr } = await shell(script, [podman]);
  assert.equal(stderr, '');
  assert.match(String(stdout), /^-rw-r----- somebody\/0 +23177 /);
});

test('a renamed image is a renamed member, of any length', { skip }, async () => {
  const name = 'ä/'.repeat(70) + 'x'.repeat(150);
  const script = `crit-cat "$1" | crit-map --arg to "$2" 'if (image === "config.dump") image = to' | sed 's|"image":"config.dump"|"image":"'"$2"'"|' | crit-pack --tar | tar --quoting-style=literal -tf - "$2"`;
  const { stdout, stderr } = await shell(script, [crio, name]);
  assert.equal(stderr, '');
  assert.equal(String(stdout), `${name}\n`);
});

test('a directory becomes the same archive every time', { skip }, async () => {
  const script = 'crit-cat "$1" | crit-pack --tar';
  const [first, second] = await Promise.all([1, 2].map(() => shell(script, [fixture('real/ns')])));
  assert.ok(first && second && first.stdout.equals(second.stdout));
  const { stdout } = await shell('tar -tvf -', [], { input: first.stdout });
  assert.match(String(stdout), /^-rw------- 0\/0 +\d+ 1970-01-01 \d\d:\d\d core-1.img$/m);
});

test('lines out of turn are put in order', async (t) => {
  const directory = temporary(t);
  const big = 'A'.repeat(65536);
  const pieces = (image: string, count: number): object[] =>
    Array.from({ length: count }, (_, i) => ({
      image,
      magic: 'RAW',
      piece: { offset: i * 49152, length: 49152, data: big },
    }));
  // Large enough to be put aside into a file.
  const [one, two] = [pieces('one', 20), pieces('two', 30)];
  const mixed = [
    { image: 'one', magic: 'RAW', begin: {} },
    { image: 'two', magic: 'RAW', begin: {} },
    ...two.slice(0, 9),
    ...one,
    ...two.slice(9),
    { image: 'two', magic: 'RAW', end: {} },
    { image: 'one', magic: 'RAW', end: {} },
  ];
  const env = { TMPDIR: directory };
  const { stdout, stderr } = await shell('crit-pack --tar | crit-cat', [], { input: formatLines(mixed), env });
  assert.equal(stderr, '');
  const sizes = parseLines(stdout).flatMap(({ image, begin }) => (begin ? [[image, Object(begin['tar']).size]] : []));
  assert.deepEqual(sizes, [
    ['one', 20 * 49152],
    ['two', 30 * 49152],
  ]);
  assert.deepEqual(readdirSync(directory), []);
});

test('raw contents must be as long as tar.size says, where it says so', async () => {
  const lines = [
    { image: 'x', magic: 'RAW', begin: { tar: { size: 5 } } },
    { image: 'x', magic: 'RAW', piece: { offset: 0, length: 3, data: 'AAAA' } },
    { image: 'x', magic: 'RAW', end: {} },
  ];
  const { stderr, codes } = await shell('crit-pack --tar', [], { input: formatLines(lines) });
  assert.deepEqual(codes, [2]);
  assert.match(
    stderr,
    /^crit-pack: x: line 3: 3 bytes, but its tar.size is 5: where contents change, leave tar.size out$/m,
  );
});

test('wrong details are refused', async () => {
  const cases: [object, RegExp][] = [
    [{ mode: 420 }, /begin\.tar\.mode is no string of octal digits/],
    [{ mode: '0o644' }, /begin\.tar\.mode/],
    [{ uid: 1.5 }, /begin\.tar\.uid is no whole number/],
    [{ mtime: 'yesterday' }, /begin\.tar\.mtime/],
    [{ owner: 1 }, /begin\.tar has no key "owner"/],
    [{ szie: 1 }, /did you mean size/],
    [{ pax: { 'a=b': 'c' } }, /begin\.tar\.pax has a key/],
    [{ format: 'zip' }, /begin\.tar\.format/],
    [{ header: 'AAAA' }, /tar\.header does not hold the headers of one member/],
    [{ type: 'hard link' }, /tar\.type is "hard link", but it is none/],
  ];
  for (const [tar, expected] of cases) {
    const input = formatLines([
      { image: 'x', magic: 'RAW', begin: { tar } },
      { image: 'x', magic: 'RAW', end: {} },
    ]);
    const { stdout, stderr, codes } = await shell('crit-pack --tar', [], { input });
    assert.deepEqual([codes, stdout.length], [[2], 0], JSON.stringify(tar));
    assert.match(stderr, expected);
  }
});

test('a header that describes another member is not believed', async () => {
  const other = parseLines((await shell('crit-cat "$1"', [crio])).stdout).find(({ begin }) => begin)?.begin;
  const { header } = Object(other?.['tar']);
  const begin = { tar: { mode: '0600', mtime: 0, header } };
  const input = formatLines([
    { image: 'mine', magic: 'RAW', begin },
    { image: 'mine', magic: 'RAW', end: {} },
  ]);
  const { stdout } = await shell('crit-pack --tar | crit-cat', [], { input });
  assert.deepEqual(parseLines(stdout)[0], {
    image: 'mine',
    magic: 'RAW',
    begin: { tar: { mode: '0600', mtime: 0, size: 0 } },
  });
});

test('an archive appears whole or not at all', async (t) => {
  const directory = temporary(t);
  const out = join(directory, 'out.tar');
  const cut = await shell('crit-cat "$1" | head -n 30 | crit-pack --tar -o "$2"', [podman, out]);
  assert.equal(cut.codes.at(-1), 2);
  assert.deepEqual(readdirSync(directory), []);
  writeFileSync(out, 'mine');
  const there = await shell('crit-cat "$1" | crit-pack --tar -o "$2"', [podman, out]);
  assert.equal(there.codes.at(-1), 2);
  assert.match(there.stderr, /is there already: -f replaces it/);
  const forced = await shell('crit-cat "$1" | crit-pack --tar -f -o "$2" && cmp "$1" "$2"', [podman, out]);
  assert.deepEqual([forced.codes, forced.stderr], [[0], '']);
});

test('--tar, -C, --gzip and --zstd are checked', async (t) => {
  const directory = join(temporary(t), 'x');
  const lines = formatLines(imageLines('x', 'RAW'));
  for (const [options, expected] of Object.entries({
    '--tar -C "$1"': /--tar and -C exclude each other/,
    '--gzip --zstd': /--gzip and --zstd exclude each other/,
  })) {
    const { stderr, codes } = await shell(`crit-pack ${options}`, [directory], { input: lines });
    assert.deepEqual(codes, [2]);
    assert.match(stderr, expected);
  }
  assert.ok(!existsSync(directory));
});
