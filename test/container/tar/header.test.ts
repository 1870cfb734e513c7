import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readHeader, writeHeader, type HeaderFields } from '../../../src/container/tar/header.ts';
import { parseHeader } from '../../../src/container/tar/header-parser.ts';
import { CritError } from '../../../src/error.ts';
import { shell } from '../../shell.ts';
import { temporary } from '../../temporary.ts';
import { END, archive, member, record } from '../build-tar.ts';

const USUAL: HeaderFields = {
  name: 'a/b.img',
  prefix: '',
  mode: 0o644,
  uid: 1000,
  gid: 100,
  size: 5,
  mtime: 1_795_489_618,
  type: '0',
  target: '',
  uname: 'root',
  gname: 'wheel',
  format: 'ustar',
};

/** The block of a member with some of its bytes overwritten, and its checksum made right again. */
function block(...changes: readonly [at: number, bytes: string][]): Buffer {
  const bytes = member({ name: 'file' }).subarray(0, 512);
  for (const [at, text] of changes) bytes.write(text, at, 'latin1');
  bytes.write('        ', 148, 'latin1');
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return bytes;
}

test('what is written is read again', () => {
  const all: Partial<HeaderFields>[] = [
    {},
    { name: 'x'.repeat(100), prefix: 'y'.repeat(155) },
    { name: 'é'.repeat(50), uname: 'o'.repeat(32) },
    { type: '2', target: 't'.repeat(100), size: 0 },
    { type: '5', name: 'd/', mode: 0o1777 },
    { size: 0o77777777777, uid: 0o7777777, gid: 0, mtime: 0 },
    { format: 'gnu' },
    { format: 'v7', uname: '', gname: '' },
  ];
  for (const fields of all) {
    const whole = { ...USUAL, ...fields };
    assert.deepEqual(readHeader(writeHeader(whole)), whole);
  }
});

const NUMBERS: Record<string, [at: number, bytes: string, field: 'mode' | 'uid' | 'size' | 'mtime', value: number]> = {
  'octal digits and a zero': [100, '0000755\0', 'mode', 0o755],
  'spaces before, a space behind': [100, '   755 \0', 'mode', 0o755],
  'digits that fill the field': [124, '777777777777', 'size', 0o777777777777],
  'no digits, which is zero': [108, '\0\0\0\0\0\0\0\0', 'uid', 0],
  'spaces alone': [108, '        ', 'uid', 0],
  'base 256, as GNU writes what is too large': [124, '\x80\0\0\0\0\0\0\x02\0\0\0\0', 'size', 2 ** 33],
  'base 256 below zero': [108, '\xff'.repeat(8), 'uid', -1],
  'a time before 1970': [136, `${'\xff'.repeat(11)}\xfe`, 'mtime', -2],
};
for (const [name, [at, bytes, field, value]] of Object.entries(NUMBERS)) {
  test(`a number: ${name}`, () => assert.equal(readHeader(block([at, bytes]))[field], value));
}

const REFUSED: Record<string, [at: number, bytes: string, expected: RegExp]> = {
  'a number with a sign in it': [100, '0-1\0\0\0\0\0', /bad number: its mode/],
  'a number of other digits': [124, '00000000019\0', /bad number: its size/],
  'a number beyond all others': [124, '\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff', /bad number: its size/],
  'a number whose first byte is no mark alone': [124, '\x81\0\0\0\0\0\0\0\0\0\0\0', /bad number: its size/],
  'a size below zero': [124, '\xff'.repeat(12), /its size is no number/],
  'a mode below zero': [100, '\xff'.repeat(8), /bad number: its mode/],
  'a name that is not UTF-8': [0, 'a\xff', /its name is not UTF-8/],
  'a prefix that is not UTF-8': [345, 'a\xff', /its name is not UTF-8/],
  'a link without a target': [156, '2', /a link without a target/],
};
for (const [name, [at, bytes, expected]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, () => assert.throws(() => parseHeader(block([at, bytes])), expected));
}

test('GNU has no prefix: other things stand in its place', () => {
  assert.equal(parseHeader(block([257, 'ustar  \0'], [345, '15017043222'])).path, 'file');
  assert.equal(parseHeader(block([257, 'ustar\x0000'], [345, 'dir'])).path, 'dir/file');
});

test('a path of a pax header is the whole path, whatever prefix the block has', () => {
  const path = `${'ordner/'.repeat(15)}ü.img`;
  const main = block([0, 'u.img'], [345, 'ordner/ordner']);
  const blocks = Buffer.concat([member({ type: 'x', contents: record('path', path) }), main]);
  assert.equal(parseHeader(blocks).path, path);
});

test('of several names that a header has, none may lead out', () => {
  const escapes = [
    [member({ type: 'x', contents: record('path', 'good') }), block([0, '../../evil'])],
    [member({ type: 'x', contents: record('path', 'good') }), block([345, '/etc'])],
    [member({ type: 'x', contents: record('path', 'good') }), member({ type: 'L', contents: '../evil\0' }), block()],
    [member({ type: 'x', name: '../../PaxHeaders/x', contents: record('path', 'good') }), block()],
  ];
  for (const blocks of escapes) assert.throws(() => parseHeader(Buffer.concat(blocks)), /its name (leads|is)/);
});

test('the headers of two members are not those of one', () => {
  assert.throws(
    () => parseHeader(Buffer.concat([member({ type: '2', target: '/etc/passwd' }), block()])),
    /of one member/,
  );
  assert.throws(() => parseHeader(Buffer.concat([block(), Buffer.alloc(512)])), /of one member/);
  assert.throws(() => parseHeader(block().subarray(0, 511)), /of one member/);
});

test('lines cannot say in pax records what members have as fields', async () => {
  const line = (tar: object): string =>
    `{"image":"a","magic":"RAW","begin":{"tar":${JSON.stringify(tar)}}}\n{"image":"a","magic":"RAW","end":{}}\n`;
  const hidden = Buffer.concat([block([156, '2'], [157, '/etc/passwd']), block([0, 'a'])]).toString('base64');
  const cases: [object, RegExp][] = [
    [{ pax: { path: '../../evil' } }, /a pax record that is told elsewhere, or must not be: path/],
    [{ pax: { linkpath: '/etc' } }, /: linkpath/],
    [{ pax: { size: '0' } }, /: size/],
    [{ pax: { 'GNU.sparse.name': '../x' } }, /: GNU\.sparse\.name/],
    [{ header: hidden }, /the headers of one member/],
  ];
  for (const [tar, expected] of cases) {
    const { codes, stderr } = await shell('crit-pack --tar | tar -tv', [], { input: line(tar) });
    assert.equal(codes[0], 2);
    assert.match(stderr, expected);
  }
});

test('what crit-cat takes, crit-pack writes again, or crit-cat refuses it', async () => {
  const owner = Buffer.concat([block([116, '\xff'.repeat(8)]), END]);
  const round = await shell('crit-cat | crit-pack --tar', [], { input: owner });
  assert.deepEqual(round.codes, [0, 0]);
  assert.deepEqual(round.stdout, owner);
  const changed = await shell('crit-cat | jq -c "del(.begin.tar.header?)" | crit-pack --tar | crit-cat', [], {
    input: owner,
  });
  assert.equal(JSON.parse(changed.stdout.toString().split('\n')[0] ?? '').begin.tar.gid, -1);
  for (const bad of [archive({ mode: '0-1' }), archive({ type: '2', target: '' })]) {
    assert.deepEqual((await shell('crit-cat', [], { input: bad })).codes, [2]);
  }
});

test('GNU tar and bsdtar in all their formats come back, and lie where they should', async (t) => {
  const directory = temporary(t);
  const long = 'ein-langer-ordner/'.repeat(8);
  for (const path of [`${long}umlaut-${'ü'.repeat(40)}.img`, 'short', `${long}${'x'.repeat(120)}`]) {
    mkdirSync(join(directory, 'top', path, '..'), { recursive: true });
    writeFileSync(join(directory, 'top', path), path);
  }
  const made: string[] = [];
  for (const command of [
    ['tar', '--format=gnu'],
    ['tar', '--format=pax'],
    ['bsdtar', '--format=pax'],
    ['bsdtar', '--format=gnutar'],
    [
      'python3',
      '-c',
      'import sys,tarfile; t=tarfile.open(sys.argv[2],"w",format=tarfile.PAX_FORMAT); t.add("top"); t.close()',
    ],
  ]) {
    const [tool = '', ...options] = command;
    const file = `${made.length}.tar`;
    try {
      execFileSync(tool, [...options, ...(tool === 'python3' ? ['-cf', file] : ['-cf', file, 'top'])], {
        cwd: directory,
      });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue;
      throw error;
    }
    made.push(file);
    const script = 'crit-cat "$1" | crit-pack --tar | cmp - "$1" && crit-cat "$1" | crit-pack -C "$1.out"';
    const { codes, stderr } = await shell(`${script} && diff -r top "$1.out/top"`, [file], { cwd: directory });
    assert.deepEqual([stderr, codes], ['', [0]], command.join(' '));
  }
  assert.ok(made.length >= 2);
});

test('errors of headers are errors of the product', () => {
  const bytes = readFileSync(new URL('../../fixtures/archives/made-crio.tar', import.meta.url)).subarray(0, 512);
  for (let at = 0; at < 512; at++) {
    for (const value of [0, 0x80, 0xff]) {
      const changed = Buffer.from(bytes);
      changed[at] = value;
      try {
        parseHeader(block([0, changed.toString('latin1')]));
      } catch (error) {
        assert.ok(error instanceof CritError);
      }
    }
  }
});
