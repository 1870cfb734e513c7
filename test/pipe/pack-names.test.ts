/** Names in lines never lead out of the output directory, and links are made but never followed. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { formatLines, imageLines } from '../lines.ts';
import { shell, type Outcome } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

const HELLO = { piece: { offset: 0, length: 5, data: 'aGVsbG8=' } };
const link = (image: string, target: string): object[] => [
  { image, magic: 'LINK', begin: { target } },
  { image, magic: 'LINK', end: {} },
];
const directory = (image: string): object[] => [
  { image, magic: 'DIR', begin: {} },
  { image, magic: 'DIR', end: {} },
];

/** Packs into the directory `out` of a directory. */
function pack(where: string, lines: object[], options = ''): Promise<Outcome> {
  return shell(`crit-pack ${options} -C out`, [], { input: formatLines(lines), cwd: where });
}

async function refused(where: string, lines: object[], options = ''): Promise<string> {
  const { stderr, codes } = await pack(where, lines, options);
  assert.deepEqual(codes, [2], stderr);
  assert.match(stderr, /^crit-pack: [^\n]*\n$/);
  return stderr;
}

/** A directory with `out`, and beside it what must stay as it is. */
function arena(t: TestContext): string {
  const where = temporary(t);
  mkdirSync(join(where, 'out'));
  mkdirSync(join(where, 'elsewhere'));
  writeFileSync(join(where, 'elsewhere/file'), 'untouched');
  return where;
}

const LEAVING = [
  '',
  '.',
  '..',
  '/',
  '/etc/x',
  '../x',
  'a/../../x',
  '../out/x',
  'a/../b',
  'a/..',
  'a\0b',
  '../elsewhere/file',
];

for (const name of LEAVING) {
  test(`refused as a name: ${JSON.stringify(name)}`, async (t) => {
    const where = arena(t);
    const before = readTree(where);
    await refused(where, imageLines(name, 'RAW', HELLO));
    await refused(where, imageLines(name, 'RAW', HELLO), '-f');
    await refused(where, link(name, 'target'), '-f');
    // An empty directory is called "." itself.
    if (name !== '.') await refused(where, directory(name), '-f');
    assert.deepEqual(readTree(where), before);
  });
}

test('names are as long as the file system takes them', async (t) => {
  const where = arena(t);
  assert.match(await refused(where, imageLines('x'.repeat(300), 'RAW', HELLO)), /more than 255 bytes/);
  const long = 'y'.repeat(255);
  const { stderr, codes } = await pack(where, imageLines(long, 'RAW', HELLO));
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.equal(readFileSync(join(where, 'out', long), 'utf8'), 'hello');
});

test('nothing is written through a link that is there', async (t) => {
  const where = arena(t);
  symlinkSync('../elsewhere', join(where, 'out/link'));
  symlinkSync('../elsewhere/file', join(where, 'out/file'));
  const before = readTree(where);
  for (const options of ['', '-f']) {
    await refused(where, imageLines('link/file', 'RAW', HELLO), options);
    await refused(where, imageLines('link/new', 'RAW', HELLO), options);
    await refused(where, imageLines('link/deeper/new', 'RAW', HELLO), options);
    await refused(where, directory('link/deeper'), options);
    await refused(where, link('link/another', 'x'), options);
  }
  await refused(where, imageLines('file', 'RAW', HELLO));
  assert.deepEqual(readTree(where), before);
});

test('a link in the way is replaced with -f, and what it leads to is not', async (t) => {
  const where = arena(t);
  symlinkSync('../elsewhere/file', join(where, 'out/file'));
  const { stderr, codes } = await pack(where, imageLines('file', 'RAW', HELLO), '-f');
  assert.deepEqual([stderr, codes], ['', [0]]);
  const tree = readTree(where);
  assert.match(tree['out/file'] ?? '', /^5 bytes/);
  assert.match(tree['elsewhere/file'] ?? '', /^9 bytes/);
});

test('nothing is written through a link of the same lines', async (t) => {
  for (const [first, second] of [
    [link('link', '../elsewhere'), imageLines('link/file', 'RAW', HELLO)],
    [imageLines('link/file', 'RAW', HELLO), link('link', '../elsewhere')],
    [link('link', '../elsewhere'), directory('link/sub')],
    [link('a', '../elsewhere'), link('a/b', 'x')],
  ]) {
    const where = arena(t);
    await refused(where, [...(first ?? []), ...(second ?? [])]);
    assert.deepEqual(readTree(join(where, 'elsewhere')), { file: readTree(join(where, 'elsewhere'))['file'] });
    assert.equal(readFileSync(join(where, 'elsewhere/file'), 'utf8'), 'untouched');
  }
});

test('links are made as they are, wherever they lead', async (t) => {
  const where = arena(t);
  const links = {
    absolute: '/etc/passwd',
    up: '../../..',
    dangling: 'no such file',
    self: 'self',
    'a/b/deep': '../../x',
  };
  const lines = Object.entries(links).flatMap(([name, target]) => link(name, target));
  const { stderr, codes } = await pack(where, lines);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(readTree(join(where, 'out')), {
    'a/': 'directory',
    'a/b/': 'directory',
    ...Object.fromEntries(Object.entries(links).map(([name, target]) => [name, `link to ${target}`])),
  });
});

test('a target that is not UTF-8 is made as it is', async (t) => {
  const where = arena(t);
  const script = `ln -s $'\\xff\\xfe' in/link; crit-cat in | crit-pack -C out`;
  mkdirSync(join(where, 'in'));
  const { stderr, codes } = await shell(script, [], { cwd: where });
  assert.deepEqual([stderr, codes], ['', [0, 0]]);
  const { stdout } = await shell('readlink out/link', [], { cwd: where });
  assert.deepEqual(stdout, Buffer.from([0xff, 0xfe, 10]));
});

test('a file name that is not UTF-8 is never silently another one', async (t) => {
  const where = arena(t);
  mkdirSync(join(where, 'in'));
  const script = `echo x > in/$'\\xff'; crit-cat in | crit-pack -C out`;
  const { stderr, codes } = await shell(script, [], { cwd: where });
  const { stdout } = await shell('ls out | cat', [], { cwd: where });
  if (codes[0] === 0) assert.deepEqual([stdout, codes], [Buffer.from([0xff, 10]), [0, 0]]);
  else {
    assert.match(stderr, /^crit-cat: .*UTF-8/m);
    assert.equal(stdout.length, 0);
  }
});

test('files and directories in the way are an error, or replaced with -f', async (t) => {
  const where = arena(t);
  writeFileSync(join(where, 'out/file'), 'old');
  mkdirSync(join(where, 'out/full'));
  writeFileSync(join(where, 'out/full/file'), 'old');
  const before = readTree(where);
  assert.match(await refused(where, imageLines('file', 'RAW', HELLO)), /file: .*is there already: -f replaces it/);
  assert.match(await refused(where, link('file', 'x')), /file: .*is there already: -f replaces it/);
  await refused(where, directory('file'));
  await refused(where, imageLines('full', 'RAW', HELLO));
  await refused(where, imageLines('full', 'RAW', HELLO), '-f');
  await refused(where, imageLines('file/x', 'RAW', HELLO));
  await refused(where, imageLines('file/x', 'RAW', HELLO), '-f');
  assert.deepEqual(readTree(where), before);

  const { stderr, codes } = await pack(where, [...imageLines('file', 'RAW', HELLO), ...link('full/file', 'x')], '-f');
  assert.deepEqual([stderr, codes], ['', [0]]);
  const after = readTree(join(where, 'out'));
  assert.match(after['file'] ?? '', /^5 bytes/);
  assert.equal(after['full/file'], 'link to x');
});

test('what was in the directory before stays, and so does a directory that is there already', async (t) => {
  const where = arena(t);
  mkdirSync(join(where, 'out/sub'));
  writeFileSync(join(where, 'out/sub/old'), 'old');
  const { stderr, codes } = await pack(where, [...imageLines('sub/new', 'RAW', HELLO), ...directory('another')]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(Object.keys(readTree(join(where, 'out'))).sort(), ['another/', 'sub/', 'sub/new', 'sub/old']);
});
