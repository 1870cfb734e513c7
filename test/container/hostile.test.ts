import assert from 'node:assert/strict';
import { readFileSync, readdirSync, symlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fixture } from '../fixtures.ts';
import { parseLines } from '../lines.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { END, archive, member, record, type RawMember } from './build-tar.ts';

const REFUSED: Record<string, [RawMember[], RegExp]> = {
  'a name that leads out': [[{ name: '../x' }], /leads out of the directory/],
  'a name that leads out further down': [[{ name: 'a/../../x' }], /leads out of the directory/],
  'an absolute name': [[{ name: '/etc/x' }], /is an absolute path/],
  'the root': [[{ name: '/', type: '5' }], /is an absolute path/],
  'an empty name': [[{ name: '' }], /is empty/],
  'a name with an empty part': [[{ name: 'a//x' }], /has an empty part/],
  'an absolute name in a pax header': [
    [{ type: 'x', contents: record('path', '/etc/x') }, { name: 'x' }],
    /is an absolute path/,
  ],
  'an absolute name in a long name': [[{ type: 'L', contents: '/etc/x\0' }, { name: 'x' }], /is an absolute path/],
  'a name that is not UTF-8': [[{ name: 'a\xff' }], /its name is not UTF-8/],
  'two members of one name': [[{ name: 'a' }, { name: './a' }], /two members have this name/],
  'a character device': [[{ type: '3' }], /a character device, which has no lines/],
  'a block device': [[{ type: '4' }], /a block device/],
  'a named pipe': [[{ type: '6' }], /a named pipe/],
  'a sparse file': [[{ type: 'S' }], /a sparse file/],
  'a sparse file of pax': [[{ type: 'x', contents: record('GNU.sparse.major', '1') }, {}], /a sparse file/],
  'an unknown type': [[{ type: 'Z' }], /the unknown type "Z"/],
  'a huge size': [[{ size: '77777777777' }], /truncated archive: \d+ more bytes of its contents expected/],
  'a huge size in a pax header': [
    [{ type: 'x', contents: record('size', '999999999999999') }, {}],
    /truncated archive: \d+ more bytes/,
  ],
  'a size that is no number': [[{ type: 'x', contents: record('size', '-5') }, {}], /whose size is no number/],
  'a size beyond all numbers': [[{ size: '\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff' }], /bad number/],
  'a header larger than any': [[{ type: 'x', size: '00100000000' }], /a header of \d+ bytes; 1 MiB is the most/],
  'a pax header that is none': [[{ type: 'x', contents: 'nonsense' }, {}], /not made of records/],
  'a record longer than its header': [[{ type: 'x', contents: '99 path=x\n' }, {}], /not made of records/],
  'a record without end': [[{ type: 'x', contents: '9 path=xy' }, {}], /not made of records/],
  'a global size': [[{ type: 'g', contents: record('size', '1') }, {}], /sets size of all members/],
  'a wrong checksum': [[{ name: 'good' }, { checksum: '0000000' }], /its checksum is wrong/],
};

for (const [name, [members, expected]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, async () => {
    const { stdout, stderr, codes } = await shell('crit-cat', [], { input: archive({ name: 'first' }, ...members) });
    assert.deepEqual(codes, [2]);
    assert.match(stderr, expected);
    assert.equal(stderr.trimEnd().split('\n').length, 1);
    const lines = parseLines(stdout);
    assert.equal(lines[0]?.image, 'first');
    assert.ok(lines.at(-1)?.error);
  });
}

test('more behind the end is refused', async () => {
  const input = Buffer.concat([archive({ name: 'a' }), archive({ name: 'b' })]);
  const { stderr, codes } = await shell('crit-cat', [], { input });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /byte 1536: more follows the zeros that end the archive/);
});

test('an archive that is cut anywhere is noticed', async () => {
  const whole = archive({ name: 'a', contents: 'x'.repeat(600) }, { name: 'b', contents: 'y' });
  for (const length of [513, 1000, 1112, 1536, 1600, 2048, 2049, 2560]) {
    const { codes, stderr } = await shell('crit-cat', [], { input: whole.subarray(0, length) });
    assert.deepEqual(codes, [2], `cut at ${length}`);
    assert.match(stderr, /truncated archive/);
  }
});

test('a compressed archive that is cut or damaged is noticed', async () => {
  for (const name of ['podman-counter.tar.zst', 'made-containerd.tar.gz']) {
    const whole = readFileSync(fixture(`archives/${name}`));
    const cut = await shell('crit-cat', [], { input: whole.subarray(0, whole.length - 9) });
    assert.deepEqual(cut.codes, [2]);
    assert.match(cut.stderr, /truncated/);
  }
});

test('nothing goes through a link of the archive', async (t) => {
  const directory = temporary(t);
  const input = archive({ name: 'l', type: '2', target: '.' }, { name: 'l/x', contents: 'x' });
  const { stderr, codes } = await shell('crit-cat | crit-pack -C "$1/out"', [directory], { input });
  assert.deepEqual(codes, [0, 2]);
  assert.match(stderr, /its name leads through l, which is no directory/);
  assert.deepEqual(readdirSync(directory), []);
});

for (const target of ['/etc', '../x', 'a/../../..', '..']) {
  test(`a link to ${target} is not unpacked`, async (t) => {
    const directory = temporary(t);
    const input = archive({ name: 'l', type: '2', target });
    const { stderr, codes } = await shell('crit-cat | crit-pack -C "$1/out"', [directory], { input });
    assert.deepEqual(codes, [0, 2]);
    assert.match(stderr, /a link out of the output directory/);
    assert.deepEqual(readdirSync(directory), []);
    const again = await shell('crit-cat | crit-pack --tar', [], { input });
    assert.ok(again.stdout.equals(input), 'in an archive it stays');
  });
}

test('a link within the archive is unpacked', async (t) => {
  const directory = temporary(t);
  const input = archive({ name: 'pre/x' }, { name: 'checkpoint/parent', type: '2', target: '../pre' });
  const { stderr } = await shell('crit-cat | crit-pack -C "$1/out" && ls "$1/out/checkpoint/parent"', [directory], {
    input,
  });
  assert.equal(stderr, '');
});

test('a link that stands in the output directory is not followed', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'out'));
  symlinkSync('..', join(directory, 'out/l'));
  const input = archive({ name: 'l/x', contents: 'x' });
  const { codes } = await shell('crit-cat | crit-pack -C "$1/out"', [directory], { input });
  assert.deepEqual(codes, [0, 2]);
  assert.deepEqual(readdirSync(directory), ['out']);
});

test('--keep-going goes on with the next member', async () => {
  const input = archive({ name: 'pstree.img', contents: 'x' }, { name: 'b', contents: 'y' });
  const { stdout, codes } = await shell('crit-cat -k', [], { input });
  assert.deepEqual(codes, [2]);
  assert.ok(parseLines(stdout).some(({ image, piece }) => image === 'b' && piece));
});

test('a bomb costs no memory', async () => {
  const block = Buffer.alloc(64 * 1024 * 1024);
  const header = member({ name: 'zeros', size: (block.length * 8).toString(8).padStart(11, '0') });
  const blocks = Array.from({ length: 8 }, () => block);
  const input = gzipSync(Buffer.concat([header.subarray(0, 512), ...blocks, END]), { level: 1 });
  const { stdout, stderr, peak } = await shell('crit-cat | crit-pack --tar | wc -c', [], { input, measure: true });
  assert.equal(stderr, '');
  assert.equal(String(stdout).trim(), String(512 + 8 * block.length + 1024));
  assert.ok(peak < 120, `${peak} MiB`);
});

test('padding that is not zeros comes back', async () => {
  const input = archive({ name: 'a', contents: 'abc' }, { name: 'b' });
  input.fill('!', 515, 600);
  const { stdout, stderr } = await shell('crit-cat | crit-pack --tar', [], { input });
  assert.equal(stderr, '');
  assert.ok(stdout.equals(input));
});

test('compressed data that is no archive is a file as any other', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'x.gz'), gzipSync('not a tar'));
  writeFileSync(join(directory, 'tmpfs-dev-1.tar.gz.img'), gzipSync(archive({ name: 'a' })));
  for (const name of ['x.gz', 'tmpfs-dev-1.tar.gz.img']) {
    const { stdout, stderr } = await shell('crit-cat "$1"', [join(directory, name)]);
    assert.equal(stderr, '');
    assert.deepEqual([...new Set(parseLines(stdout).map(({ image, magic }) => `${image} ${magic}`))], [`${name} RAW`]);
  }
  const within = await shell('crit-cat "$1" | crit-pack -C "$2" && diff -r "$1" "$2"', [
    directory,
    join(directory, '../', `${directory}.out`),
  ]);
  t.after(() => shell('rm -r "$1"', [`${directory}.out`]));
  assert.deepEqual([within.stderr, within.codes], ['', [0]]);
});
