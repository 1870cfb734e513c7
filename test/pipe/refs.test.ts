/** Raw bytes that lines tell the place of: crit-cat --refs, crit-pack --from, and crit-edit from directory to directory. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

const procs = fixture('real/procs');
const LARGE = { image: 'pages-7.img', size: 114688 };

const piece = (image: string, place: object): string => `${JSON.stringify({ image, magic: 'PAGES', piece: place })}\n`;

test('large raw images are told by their place, and come back the same', async (t) => {
  const directory = temporary(t);
  const { stdout, codes } = await shell(
    'crit-cat --refs "$1" | tee "$2/lines" | crit-filter true | crit-map "" | crit-pack --from "$1" -C "$2/a" && grep \'"from"\' "$2/lines"',
    [procs, directory],
  );
  assert.deepEqual(codes, [0]);
  const { image, size } = LARGE;
  assert.equal(String(stdout), piece(image, { offset: 0, length: size, from: { image, offset: 0 } }));
  assert.deepEqual(readTree(join(directory, 'a')), readTree(procs));
});

test('an edit is the same with places as with bytes', async (t) => {
  const directory = temporary(t);
  const edits = ['--path', '/srv/corpus=/opt/app'];
  const { codes } = await shell(
    `crit-cat --refs "$1" | crit-edit "\${@:3}" | crit-pack --from "$1" -C "$2/a"
     crit-cat "$1" | crit-edit "\${@:3}" | crit-pack -C "$2/b"`,
    [procs, directory, ...edits],
  );
  assert.deepEqual(codes, [0, 0, 0]);
  assert.deepEqual(readTree(join(directory, 'a')), readTree(join(directory, 'b')));
});

test('memory that an edit changes is changed, in another directory and in place', async (t) => {
  const directory = temporary(t);
  const dump = join(directory, 'dump');
  cpSync(procs, dump, { recursive: true });
  const { codes } = await shell(
    `crit-edit --env PATH=/bin "$1/dump" | crit-pack -C "$1/a"
     crit-edit --env PATH=/bin "$1/dump" -C "$1/b" && crit-edit --env PATH=/bin "$1/dump" -f -C "$1/dump"`,
    [directory],
  );
  assert.deepEqual(codes, [0]);
  const expected = readTree(join(directory, 'a'));
  assert.notDeepEqual(expected, readTree(procs));
  assert.notDeepEqual(readFileSync(join(dump, LARGE.image)), readFileSync(join(procs, LARGE.image)));
  assert.deepEqual(readTree(join(directory, 'b')), expected);
  assert.deepEqual(readTree(dump), expected);
});

/** A pages image, and lines that join places in it with bytes, with what they become. */
const OLD = Buffer.alloc(300_000, 'abcdefg');
const place = (offset: number): object => ({ image: 'pages-1.img', offset });
const JOINED: [string, string, Buffer][] = [
  [
    'bytes within',
    piece('pages-1.img', { offset: 0, length: 100_000, from: place(0) }) +
      piece('pages-1.img', { offset: 100_000, length: 3, data: 'eHl6' }) +
      piece('pages-1.img', { offset: 100_003, length: 199_997, from: place(100_003) }),
    Buffer.concat([OLD.subarray(0, 100_000), Buffer.from('xyz'), OLD.subarray(100_003)]),
  ],
  [
    'zeros within, and an earlier end',
    piece('pages-1.img', { offset: 0, length: 10, from: place(0) }) +
      piece('pages-1.img', { offset: 10, length: 200_000, fill: 0 }),
    Buffer.concat([OLD.subarray(0, 10), Buffer.alloc(200_000)]),
  ],
  [
    'from another place, and a later end',
    piece('pages-1.img', { offset: 0, length: 299_999, from: place(1) }) +
      piece('pages-1.img', { offset: 299_999, length: 100_000, fill: 0 }),
    Buffer.concat([OLD.subarray(1), Buffer.alloc(100_000)]),
  ],
  [
    'of another name, twice',
    piece('pages-2.img', { offset: 0, length: 300_000, from: place(0) }) +
      piece('pages-2.img', { offset: 300_000, length: 7, from: place(0) }),
    Buffer.concat([OLD, OLD.subarray(0, 7)]),
  ],
  [
    'zeros in the middle',
    piece('pages-1.img', { offset: 0, length: 50_000, from: place(0) }) +
      piece('pages-1.img', { offset: 50_000, length: 100_000, fill: 0 }) +
      piece('pages-1.img', { offset: 150_000, length: 150_000, from: place(150_000) }),
    Buffer.concat([OLD.subarray(0, 50_000), Buffer.alloc(100_000), OLD.subarray(150_000)]),
  ],
  ['only the beginning', piece('pages-1.img', { offset: 0, length: 70_000, from: place(0) }), OLD.subarray(0, 70_000)],
];

test('places are joined with bytes in any order', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'pages-1.img'), OLD);
  for (const [what, lines, expected] of JOINED) {
    const { stderr, codes } = await shell('crit-pack --from "$1" -f -o "$1/new"', [directory], { input: lines });
    assert.deepEqual([stderr, codes], ['', [0]], what);
    assert.ok(readFileSync(join(directory, 'new')).equals(expected), what);
  }
});

test('lines reach nothing but ordinary files of the directory, within their bytes', async (t) => {
  const directory = temporary(t);
  const dump = join(directory, 'dump');
  mkdirSync(dump);
  mkdirSync(join(directory, 'outside'));
  writeFileSync(join(directory, 'outside/secret'), Buffer.alloc(100_000, 1));
  symlinkSync('../outside/secret', join(dump, 'link'));
  symlinkSync('../outside', join(dump, 'way'));
  mkdirSync(join(dump, 'below'));
  writeFileSync(join(dump, 'here'), Buffer.alloc(100_000, 1));
  execFileSync('mkfifo', [join(dump, 'fifo')]);
  const cases: [string, number, number, RegExp][] = [
    ['../outside/secret', 0, 1, /leads out of the directory/],
    [join(directory, 'outside/secret'), 0, 1, /is an absolute path/],
    ['link', 0, 1, /no ordinary file of .*links are not followed/],
    ['way/secret', 0, 1, /no ordinary file of .*links are not followed/],
    ['below', 0, 1, /no ordinary file/],
    ['fifo', 0, 1, /no ordinary file/],
    ['none', 0, 1, /no such file/],
    ['here', 99_999, 2, /tells of 2 bytes at 99999 of here, which has 100000 bytes/],
    ['here', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, /which has 100000 bytes/],
  ];
  for (const [image, offset, length, message] of cases) {
    const input = piece('pages-1.img', { offset: 0, length, from: { image, offset } });
    const { stderr, codes } = await shell('crit-pack --from "$1/dump" -C "$1/new"', [directory], { input });
    assert.match(stderr, message);
    assert.deepEqual(codes, [2], image);
  }
  const extra =
    '{"image":"p.img","magic":"PIPES_DATA","entry":{"pipe_id":1,"bytes":70000,"size":131072}}\n' +
    '{"image":"p.img","magic":"PIPES_DATA","piece":{"offset":0,"length":70000,"from":{"image":"here","offset":0}}}\n';
  const { stderr } = await shell('crit-pack --from "$1/dump" -C "$1/new"', [directory], { input: extra });
  assert.match(stderr, /only those of raw images are/);
  assert.deepEqual(
    Object.keys(readTree(directory)).filter((name) => /new|crit-pack/.test(name)),
    [],
  );
});

test('what needs the bytes says so', async (t) => {
  const directory = temporary(t);
  const commands = [
    'crit-pack -C "$2/new"',
    'crit-pack --tar',
    'crit-redact --pattern x=y',
    `crit-filter 'piece?.data?.includes("QUJD")'`,
    `crit-map 'if (piece) piece.fill = 0'`,
    'crit-edit --env PATH=/bin',
  ];
  for (const command of commands) {
    const { stderr, codes } = await shell(`crit-cat --refs "$1" | ${command} >/dev/null`, [procs, directory]);
    assert.match(stderr, /pages-7.img: .*tells where its bytes are .*leave --refs out/, command);
    assert.deepEqual(codes.at(-1), 2, command);
  }
  const usage: [string, RegExp][] = [
    ['crit-cat --refs "$1" --at', /--refs and --at exclude each other/],
    ['crit-cat --refs < "$1/pstree.img"', /--refs is for directories/],
    ['crit-pack --from "$1" --tar < /dev/null', /--from copies from file to file/],
  ];
  for (const [command, message] of usage) {
    const { stderr, codes } = await shell(command, [procs]);
    assert.match(stderr, message);
    assert.deepEqual(codes, [2]);
  }
});

test('copies have the modes that crit-pack gives, holes stay, and links and foreign files come along', async (t) => {
  const directory = temporary(t);
  const dump = join(directory, 'dump');
  cpSync(procs, dump, { recursive: true });
  chmodSync(join(dump, 'inventory.img'), 0o666);
  chmodSync(join(dump, LARGE.image), 0o400);
  symlinkSync('../before', join(dump, 'parent'));
  mkdirSync(join(dump, 'sub'));
  writeFileSync(join(dump, 'sub/notes.txt'), 'not an image');
  writeFileSync(join(dump, 'pages-9.img'), Buffer.alloc(4096, 7));
  truncateSync(join(dump, 'pages-9.img'), 64 * 1024 * 1024);
  const { codes } = await shell(
    `umask 027; crit-edit --path /srv/corpus=/opt "$1" -C "$2/a"
     crit-cat --refs "$1" | crit-edit --path /srv/corpus=/opt | crit-pack --from "$1" -C "$2/b"`,
    [dump, directory],
  );
  assert.deepEqual(codes, [0, 0, 0]);
  for (const each of ['a', 'b']) {
    const modeOf = (name: string): number => statSync(join(directory, each, name)).mode & 0o777;
    assert.deepEqual([modeOf('inventory.img'), modeOf(LARGE.image), modeOf('files.img')], [0o640, 0o400, 0o600]);
    assert.ok(statSync(join(directory, each, 'pages-9.img')).blocks * 512 < 4 * 1024 * 1024);
    const { stdout } = await shell('diff -rq --no-dereference "$1" "$2"', [dump, join(directory, each)]);
    assert.match(String(stdout), /^Files \S+\/files.img and \S+\/files.img differ\n$/);
  }
});

const WHY_NOT = ((): string | false => {
  if (process.getuid?.() !== 0) return 'only root can mount a file system that shares blocks';
  try {
    execFileSync('sh', ['-c', 'command -v mkfs.xfs && unshare -m true && test -e /dev/loop-control']);
    return false;
  } catch {
    return 'no mkfs.xfs, or no loop devices';
  }
})();

test('where files can share their blocks, only what changes takes room', { skip: WHY_NOT }, async (t) => {
  const directory = temporary(t);
  const script = `
    set -e; cd "$1"; truncate -s 400M disk; mkfs.xfs -q -m reflink=1 disk; mkdir m; mount -o loop disk m; cd m
    cp -r "$2" dump; head -c 100M /dev/urandom > dump/pages-9.img; sync
    used() { sync; df --output=used -k . | tail -n 1; }
    step() { before=$(used); eval "$1"; echo $(( $(used) - before < 8192 )); }
    step 'crit-edit -q --path /srv/corpus=/opt dump -C a'
    step 'crit-edit -q --env PATH=/bin dump -C b'
    step 'crit-cat --refs dump | crit-edit -q --path /srv/corpus=/opt | crit-pack --from dump -C c'
    cmp dump/pages-9.img a/pages-9.img; diff -r a c
    crit-edit -q --env PATH=/bin dump | crit-pack -C "$1/d"; diff -r b "$1/d"
    echo same
    cp "$1/pages-1.img" .
    for each in "$1"/*.lines; do crit-pack --from . -f -o new < "$each"; cmp new "\${each%.lines}"; done
    echo joined`;
  writeFileSync(join(directory, 'pages-1.img'), OLD);
  JOINED.forEach(([, lines, expected], at) => {
    writeFileSync(join(directory, `${at}.lines`), lines);
    writeFileSync(join(directory, String(at)), expected);
  });
  const { stdout, stderr } = await shell('unshare -m bash -c "$3" bash "$1" "$2"', [directory, procs, script]);
  assert.deepEqual([String(stdout), stderr], ['1\n1\n1\nsame\njoined\n', '']);
});
