import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { CritError } from '../../src/error.ts';
import { decode } from '../../src/line/one-shot.ts';
import { at, entriesOf, regular } from '../edit/edited.ts';
import { fixture } from '../fixtures.ts';
import { imageLines } from '../lines.ts';
import { temporary } from '../temporary.ts';
import { bytesOf, pieces, visited } from './visited.ts';

const STAR = 42;
const SECRET = 'hunter2!';

test('strings and bytes of entries, whatever stands in them', async () => {
  const lines = [
    ...entriesOf('files.img', 'FILES', regular(1, `/run/${SECRET}/x`), regular(2, '/plain')),
    ...imageLines('utsns-1.img', 'UTSNS', { entry: { nodename: SECRET, domainname: 'a' } }),
    ...imageLines('tty-data.img', 'TTY_DATA', {
      entry: { tty_id: 1, data: Buffer.from(SECRET).toString('base64') },
    }),
  ];
  const { found, lines: after, text } = await visited(lines, SECRET, { fill: STAR });
  assert.deepEqual(found, ['files.img 1 reg.name +5', 'utsns-1.img 1 nodename +0', 'tty-data.img 1 data +0']);
  assert.match(text, /"name":"\/run\/\*{8}\/x"/);
  assert.deepEqual(after[2], lines[2]);
  assert.equal((await visited(text, SECRET)).found.length, 0);
});

test('extras of all forms, and what the schema does not know', async () => {
  const base64 = Buffer.from(`..${SECRET}`).toString('base64');
  const desc = { key: 1, uid: 0, gid: 0, cuid: 0, cgid: 0, mode: 0, id: 1 };
  const lines = [
    ...imageLines('pipes-data.img', 'PIPES_DATA', { entry: { pipe_id: 1, bytes: 10, size: 64 }, extra: base64 }),
    ...imageLines('ipcns-msg-1.img', 'IPCNS_MSG', {
      entry: { desc, qbytes: 10, qnum: 1 },
      extra: [{ msg: { mtype: '9223372036854775807', msize: 10 }, text: base64 }],
    }),
    ...imageLines('ipcns-sem-1.img', 'IPCNS_SEM', { entry: { desc, nsems: 1 }, extra: [1] }),
    ...imageLines('pstree.img', 'PSTREE', {
      entry: {
        pid: 1,
        ppid: 0,
        pgid: 1,
        sid: 1,
        '@unknown': Buffer.from(`\xca\x3e\x08${SECRET}`, 'latin1').toString('base64'),
      },
    }),
  ];
  const { found, lines: after } = await visited(lines, SECRET, { fill: STAR });
  assert.deepEqual(found, [
    'pipes-data.img 1 extra +2',
    'ipcns-msg-1.img 1 extra[0].text +2',
    'pstree.img 1 @unknown +3',
  ]);
  const stars = Buffer.from('..********').toString('base64');
  assert.deepEqual(after[1]?.extra, stars);
  assert.deepEqual(after[4]?.extra, [{ msg: { mtype: '9223372036854775807', msize: 10 }, text: stars }]);
  assert.deepEqual(after[7], lines[7]);
});

test('registers: a list of numbers is the bytes that it has in memory', async () => {
  const key = Buffer.from('0123456789abcdef');
  const words = [0, 4, 8, 12].map((each) => key.readUInt32LE(each));
  const core = decode(readFileSync(fixture('real/simple/core-2512.img')), { name: 'core-7.img' })[1] ?? {};
  const xmm = at(core, 'entry', 'thread_info', 'fpregs', 'xmm_space');
  assert.ok(Array.isArray(xmm));
  xmm.splice(4, 4, ...words);
  const { found, lines: after } = await visited([core], '6789abcd', { fill: STAR });
  assert.deepEqual(found, ['core-7.img 1 thread_info.fpregs.xmm_space +22']);
  const stars = Buffer.from('012345********ef');
  xmm.splice(4, 4, ...[0, 4, 8, 12].map((each) => stars.readUInt32LE(each)));
  assert.deepEqual(after, [core]);
});

test('an entry whose own bytes hold more than its meaning is written without them', async () => {
  const wire = Buffer.from(`nodename=${SECRET}`).toString('base64');
  const lines = imageLines('utsns-1.img', 'UTSNS', { entry: { nodename: 'a', domainname: 'b' }, wire });
  const { found, lines: after } = await visited(lines, SECRET, { fill: STAR });
  assert.deepEqual(found, ['utsns-1.img 1 wire +9']);
  assert.equal(after[1]?.wire, undefined);
});

test('a name is not overwritten, and not passed either', async () => {
  const lines = imageLines(`volumes/${SECRET}.tar`, 'RAW');
  assert.deepEqual((await visited(lines, SECRET)).found, [`volumes/${SECRET}.tar image +8`]);
  await assert.rejects(visited(lines, SECRET, { fill: STAR }), (error: unknown) => {
    return error instanceof CritError && error.code === 'name';
  });
});

test('what an archive says of a member is looked at, as the bytes that it stands for', async () => {
  const image = { image: 'a', magic: 'RAW' };
  const base64 = Buffer.from(`..${SECRET}`).toString('base64');
  const lines = [
    { ...image, begin: { tar: { path: `./${SECRET}`, header: base64 } } },
    { ...image, end: { tar: { padding: base64 } } },
  ];
  const { found } = await visited(lines, SECRET);
  assert.deepEqual(found, ['a begin.tar.path +2', 'a begin.tar.header +2', 'a end.tar.padding +2']);
});

test('JSON: strings as they are read, and the text stays JSON of the same length', async () => {
  const json = `{"env":["A=\\u0068unter2!","B=2"],"hunter2!":{"n":12345,"t":"\\"hunter2!\\u00e9\\ud83d\\ude00"}}\n`;
  const lines = imageLines('spec.dump', 'RAW', ...pieces('spec.dump', 'RAW', Buffer.from(json)));
  const { found, lines: after } = await visited(lines, SECRET, { fill: STAR });
  assert.deepEqual(found, ['spec.dump env.0 +2', 'spec.dump hunter2! +0', 'spec.dump hunter2!.t +1']);
  const text = bytesOf(after).toString();
  assert.equal(text.length, json.length);
  assert.deepEqual(JSON.parse(text), { env: ['A=********', 'B=2'], '********': { n: 12345, t: '"********é😀' } });
  assert.match(text, /"B=2"\],"\*{8}":/);
});

test('JSON with zeros in the place of a secret has stars, and a number stays one', async () => {
  const json = '{"card":4111111111111111,"pin":"4111111111111111"}';
  const lines = imageLines('config.dump', 'RAW', ...pieces('config.dump', 'RAW', Buffer.from(json)));
  const { lines: after } = await visited(lines, '4111111111111111', { fill: 0 });
  const text = bytesOf(after).toString();
  assert.deepEqual(JSON.parse(text), { card: 1111111111111111, pin: '****************' });
});

/** Archives with a secret in contents, over the border of blocks, and in names, as GNU tar writes them. */
function archives(directory: string): { name: string; bytes: Buffer }[] {
  const tree = join(directory, 'tree');
  mkdirSync(join(tree, 'etc'), { recursive: true });
  writeFileSync(join(tree, 'etc/app.conf'), `${'x'.repeat(508)}${SECRET} and more ${SECRET}`);
  writeFileSync(join(tree, `etc/${SECRET}.conf`), 'nothing\n');
  mkdirSync(join(tree, `etc/${'long'.repeat(20)}`));
  writeFileSync(join(tree, `etc/${'long'.repeat(20)}/${'name'.repeat(18)}-${SECRET}`), SECRET);
  writeFileSync(join(tree, 'etc/empty'), '');
  return ['gnu', 'ustar', 'pax'].flatMap((format) => {
    const file = join(directory, `${format}.tar`);
    execFileSync('tar', ['--format', format, '-C', tree, '-cf', file, '.']);
    const bytes = readFileSync(file);
    return [
      { name: `${format}.tar`, bytes },
      { name: `${format}.tar.gz.img`, bytes: gzipSync(bytes) },
    ];
  });
}

test('archives within: contents and names, with checksums that fit, compressed again where they were', async (t) => {
  const directory = temporary(t);
  for (const { name, bytes } of archives(directory)) {
    const begin = { tar: { mode: '0600', size: bytes.length } };
    const image = 'rootfs-diff.tar';
    const lines = [
      { image, magic: 'RAW', begin },
      ...pieces(image, 'RAW', bytes, 1000),
      { image, magic: 'RAW', end: {} },
      ...imageLines('after.img', 'PSTREE'),
    ];
    const { found, lines: after } = await visited(lines, SECRET, { fill: STAR, chunk: 5000 });
    assert.ok(found.includes('rootfs-diff.tar ./etc/app.conf +508'), `${name}: ${found.join()}`);
    assert.ok(found.length >= 5, found.join());
    const isZipped = name.endsWith('.gz.img');
    const packed = bytesOf(after);
    const result = isZipped ? gunzipSync(packed) : packed;
    assert.deepEqual(after[0]?.begin, { tar: { mode: '0600', size: packed.length } });
    assert.deepEqual(after.at(-1)?.image, 'after.img');
    const expected = Buffer.from(
      (isZipped ? gunzipSync(bytes) : bytes).toString('latin1').replaceAll(SECRET, '********'),
      'latin1',
    );
    assert.equal(result.length, expected.length);
    const file = join(directory, 'result.tar');
    writeFileSync(file, result);
    const names = execFileSync('tar', ['-tf', file]).toString();
    assert.match(names, /etc\/\*{8}\.conf/);
    assert.match(names, /name-\*{8}/);
    assert.ok(!result.includes(SECRET));
    // But for the checksums of headers, every other byte is as it was.
    const differing = [...result.keys()].filter((each) => result[each] !== expected[each]);
    assert.ok(
      differing.every((each) => each % 512 >= 148 && each % 512 < 156),
      `${name}: ${differing.length}`,
    );
    assert.deepEqual((await visited(after, SECRET)).found, []);
  }
});

test('an archive within in which nothing is found goes on as it came, and one that is damaged does not', async () => {
  const zipped = gzipSync(Buffer.alloc(100_000, 'abc'));
  const lines = imageLines('tmpfs-dev-1.tar.gz.img', 'RAW', ...pieces('tmpfs-dev-1.tar.gz.img', 'RAW', zipped, 100));
  const { lines: after } = await visited(lines, SECRET, { fill: STAR, chunk: 77 });
  assert.deepEqual(after, lines);
  const cut = imageLines('x.tar.gz.img', 'RAW', ...pieces('x.tar.gz.img', 'RAW', zipped.subarray(0, 100)));
  await assert.rejects(visited(cut, SECRET, { fill: STAR }), (error: unknown) => {
    return error instanceof CritError && error.code === 'truncated' && error.place.image === 'x.tar.gz.img';
  });
});

test('a run of one value is cut where something in it is overwritten, and stays a run elsewhere', async () => {
  const image = 'pages-1.img';
  const lines = imageLines(
    image,
    'PAGES',
    { piece: { offset: 0, length: 4096, data: Buffer.from('a'.repeat(4095) + 'h').toString('base64') } },
    { piece: { offset: 4096, length: 40960, fill: 117 } },
    { piece: { offset: 45056, length: 2, data: 'biE=' } },
  );
  const { lines: after } = await visited(lines, 'huu', { fill: STAR });
  assert.deepEqual(
    after.slice(1, -1).map(({ piece }) => [piece?.offset, piece?.length, piece?.fill]),
    [
      [0, 4096, undefined],
      [4096, 4096, undefined],
      [8192, 36864, 117],
      [45056, 2, undefined],
    ],
  );
  assert.equal(bytesOf(after).toString('latin1', 4090, 4100), 'aaaaa***uu');
});

test('terabytes of one value take no time', async () => {
  const fill = { offset: 0, length: 2 ** 50, fill: 0 };
  const secret = { offset: 2 ** 50, length: 8, data: Buffer.from(SECRET).toString('base64') };
  const { found } = await visited(imageLines('pages-1.img', 'PAGES', { piece: fill }, { piece: secret }), SECRET);
  assert.deepEqual(found, [`pages-1.img +${2 ** 50}`]);
});

test('only what was found is others than before, whatever the chunks; twice is once', async () => {
  const words = fc.constantFrom('secret', 'sec', 'ret', 'x', '\n', '\0\0', 'sécret', 'secretsecret');
  const property = fc.asyncProperty(
    fc.array(words, { maxLength: 60 }),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 1, max: 4000 }),
    async (parts, size, chunk) => {
      const bytes = Buffer.from(parts.join(''));
      const lines = imageLines('data.bin', 'RAW', ...pieces('data.bin', 'RAW', bytes, size));
      const once = await visited(lines, 'secret', { fill: STAR, chunk });
      assert.equal(bytesOf(once.lines).toString(), bytes.toString().replaceAll('secret', '******'));
      const whole = await visited(lines, 'secret', { fill: STAR });
      assert.equal(whole.text, once.text);
      const twice = await visited(once.text, 'secret', { fill: STAR });
      assert.equal(twice.text, once.text);
      assert.deepEqual(twice.found, []);
    },
  );
  await fc.assert(property, { numRuns: 60, seed: 3 });
});
