/** crit-serve, with something in the place of CRIU that asks as it does. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { FAKE_CRIU, IMAGES, noFakeCriu as skip } from './fake-criu.ts';

const SERVE = `crit-serve live -- ${FAKE_CRIU} restore`;
/** As CRIU asks: what came last first, and for images that need not be there. */
const ASK = [...readdirSync(IMAGES), 'inventory.img', 'tty.img', 'nothing.img'].reverse().join(' ');

test('gives each image that is asked for, in any order, and says which there are not', { skip }, async (t) => {
  const cwd = temporary(t);
  const script = `mkdir out; crit-cat ${IMAGES} | ${SERVE}; diff -r ${IMAGES} out`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { OUT: 'out', ASK } });
  assert.deepEqual(codes, [0], stderr);
  assert.match(stderr, /^no nothing\.img$/m);
  assert.deepEqual(readdirSync(cwd), ['out']);
});

test('waits for a CRIU that is started elsewhere', { skip }, async (t) => {
  const cwd = temporary(t);
  const script = `
    mkdir out; crit-cat ${IMAGES} | crit-serve live 2> told &
    until test -S live/streamer-serve.sock && grep -q . told; do sleep 0.05; done
    ${FAKE_CRIU} $(sed 's/^start: criu //; s/ \\.\\.\\.$//' told)
    wait $! && diff -r ${IMAGES} out`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { OUT: 'out', ASK } });
  assert.deepEqual(codes, [0], stderr);
});

for (const { what, lines, says } of [
  { what: 'end within an image', lines: `crit-cat ${IMAGES} | head -n 60`, says: /begun, but never ended/ },
  {
    what: 'end between two images',
    lines: `crit-cat ${IMAGES} | sed '/"inventory.img"/,$d'`,
    says: /there is no inventory\.img/,
  },
  {
    what: 'end in an error',
    lines: `{ crit-cat ${IMAGES}; echo '{"error":{"message":"the link is down"}}'; }`,
    says: /the tool before this one failed: the link is down/,
  },
  {
    what: 'have a name with a slash',
    lines: `crit-cat ${IMAGES} | sed 's|"pstree.img"|"x/pstree.img"|'`,
    says: /x\/pstree\.img: .*its name has a slash in it/,
  },
  {
    what: 'have a link to a parent',
    lines: `crit-cat ${IMAGES}/../incremental/3`,
    says: /parent: .*a link: CRIU knows no parents/,
  },
]) {
  test(`starts no CRIU where the lines ${what}`, { skip }, async (t) => {
    const cwd = temporary(t);
    const { codes, stderr } = await shell(`${lines} | ${SERVE}`, [], { cwd, env: { OUT: '.', ASK } });
    assert.equal(codes.at(-1), 2, stderr);
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, /Traceback/);
    assert.deepEqual(readdirSync(cwd), []);
  });
}

test('ends as CRIU ends, and says what it did not take', { skip }, async (t) => {
  const cwd = temporary(t);
  const env = { OUT: '.', ASK: 'pages-1.img', FAULT: 'stop' };
  mkdirSync(join(cwd, 'images'));
  writeFileSync(join(cwd, 'images', 'pages-1.img'), Buffer.alloc(1 << 20, 'memory'));
  writeFileSync(join(cwd, 'images', 'inventory.img'), readFileSync(join(IMAGES, 'inventory.img')));
  const { codes, stderr } = await shell(`crit-cat images | ${SERVE}`, [], { cwd, env });
  assert.deepEqual(codes, [0, 5]);
  assert.match(stderr, /crit-serve: pages-1\.img: CRIU has stopped reading it, and asked for nothing more/);
});

test(
  'goes on where CRIU opens an image and does not read it, and tells of rules that are lost by that',
  { skip },
  async (t) => {
    const cwd = temporary(t);
    for (const name of ['images', 'out', 'expected']) mkdirSync(join(cwd, name));
    writeFileSync(join(cwd, 'images', 'nftables-10.img'), Buffer.alloc(1 << 20, 'table ip filter'));
    writeFileSync(join(cwd, 'images', 'inventory.img'), readFileSync(join(IMAGES, 'inventory.img')));
    const env = { OUT: 'out', ASK: 'nftables-10.img inventory.img', FAULT: 'pass over' };
    const script = `crit-cat images | ${SERVE}; cmp images/inventory.img out/inventory.img`;
    const { codes, stderr } = await shell(script, [], { cwd, env });
    assert.deepEqual(codes, [0], stderr);
    assert.equal(
      stderr,
      'crit-serve: warning: nftables-10.img: CRIU reads no rules of nftables from a stream: the restored network has none of them\n',
    );
  },
);

test('large images wait in files that are gone afterwards, and memory does not grow', { skip }, async (t) => {
  const cwd = temporary(t);
  for (const name of ['images', 'out', 'tmp']) mkdirSync(join(cwd, name));
  const names = ['inventory.img'];
  writeFileSync(join(cwd, 'images', 'inventory.img'), readFileSync(join(IMAGES, 'inventory.img')));
  const block = Buffer.from(Array.from({ length: 65537 }, (_, i) => (i * 7919) % 251));
  // Large ones of their own, ones that find no place in memory, and holes.
  for (let i = 0; i < 30; i++) {
    const name = `pages-${i}.img`;
    names.push(name);
    const size = i < 3 ? 600 : i < 28 ? 12 : 1;
    const parts = Array.from({ length: size }, (_, part) => (i === 1 && part % 3 > 0 ? Buffer.alloc(65536) : block));
    writeFileSync(join(cwd, 'images', name), Buffer.concat(parts));
  }
  const script = `crit-cat images | crit-serve --tmp tmp live -- ${FAKE_CRIU} restore; diff -r images out`;
  const env = { OUT: 'out', ASK: names.reverse().join(' ') };
  const { codes, stderr, peak } = await shell(script, [], { cwd, env, measure: true });
  assert.deepEqual(codes, [0], stderr);
  assert.deepEqual(readdirSync(join(cwd, 'tmp')), []);
  assert.ok(peak < 120, `${peak} MiB`);
});

test('serves a directory, an archive of an engine and a stream as they are', { skip }, async (t) => {
  const cwd = temporary(t);
  const script = `
    mkdir tree out1 out2 out3 out4; cp -r ${IMAGES} tree/checkpoint; echo x > tree/config.dump; mkdir tree/rootfs
    tar -C tree -czf a.tar.gz .; crit-cat ${IMAGES} | crit-pack --stream -o stream
    OUT=out1 crit-serve --from ${IMAGES} live -- ${FAKE_CRIU} restore &&
    OUT=out2 crit-serve --from tree live -- ${FAKE_CRIU} restore &&
    OUT=out3 crit-serve --from a.tar.gz live -- ${FAKE_CRIU} restore &&
    OUT=out4 crit-serve --from stream live -- ${FAKE_CRIU} restore &&
    for out in out1 out2 out3 out4; do diff -r ${IMAGES} $out || exit 1; done`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { ASK } });
  assert.deepEqual(codes, [0], stderr);
});

test('serves a plain tar from where its images lie: nothing is unpacked', { skip }, async (t) => {
  const cwd = temporary(t);
  mkdirSync(join(cwd, 'tree', 'checkpoint'), { recursive: true });
  const pages = Buffer.from(Array.from({ length: 65537 }, (_, i) => (i * 7919) % 251));
  const images = join(cwd, 'tree', 'checkpoint');
  writeFileSync(join(images, 'inventory.img'), readFileSync(join(IMAGES, 'inventory.img')));
  writeFileSync(join(images, 'empty.img'), '');
  for (const i of [1, 2, 3]) writeFileSync(join(images, `pages-${i}.img`), Buffer.concat(Array(i * 160).fill(pages)));
  // There is no room for what is unpacked.
  const script = `
    mkdir out top; tar -C tree -cf a.tar .; tar -C tree/checkpoint -cf top.tar .
    OUT=out crit-serve --tmp nowhere --from a.tar live -- ${FAKE_CRIU} restore && diff -r tree/checkpoint out &&
    OUT=top crit-serve --tmp nowhere --from top.tar live -- ${FAKE_CRIU} restore && diff -r tree/checkpoint top &&
    gzip a.tar && OUT=out crit-serve --tmp nowhere --from a.tar.gz live -- ${FAKE_CRIU} restore; test $? = 2`;
  const env = { ASK: 'inventory.img pages-3.img pages-1.img empty.img nothing.img pages-2.img inventory.img' };
  const { codes, stderr } = await shell(script, [], { cwd, env });
  assert.deepEqual(codes, [0], stderr);
  assert.match(stderr, /^crit-serve: .*nowhere/m);
});

test('a plain tar that is written to while it is served is an error, and gives no byte more', { skip }, async (t) => {
  const cwd = temporary(t);
  const script = `
    mkdir out; tar -C ${IMAGES} -cf a.tar .; crit-serve --from a.tar live 2> told &
    until test -S live/streamer-serve.sock && grep -q . told; do sleep 0.05; done
    printf x | dd of=a.tar bs=1 seek=600 conv=notrunc 2> dd
    ${FAKE_CRIU} $(sed 's/^start: criu //; s/ \\.\\.\\.$//' told) 2> criu
    wait $!; test $? = 2 && cat told >&2 && test ! -s out/inventory.img`;
  const { codes, stderr } = await shell(script, [], { cwd, env: { OUT: 'out', ASK: 'inventory.img' } });
  assert.deepEqual(codes, [0], stderr);
  assert.match(stderr, /crit-serve: inventory\.img: .*a\.tar was changed after it was opened/);
});

test(
  'an image that cannot be given to its end is an error, also where CRIU takes its end for one',
  { skip },
  async (t) => {
    const cwd = temporary(t);
    const script = `
    mkdir out; tar -C ${IMAGES} -cf a.tar .
    crit-serve --from a.tar live -- sh -c 'printf x | dd of=a.tar bs=1 seek=600 conv=notrunc 2> dd
      ${FAKE_CRIU} restore "$@" && echo restored' criu`;
    const { codes, stderr } = await shell(script, [], { cwd, env: { OUT: 'out', ASK: 'inventory.img' } });
    assert.deepEqual(codes, [2], stderr);
    assert.match(stderr, /^restored\ncrit-serve: inventory\.img: .*a\.tar was changed after it was opened/);
    for (const [tree, change] of [
      ['touched', 'touch'],
      ['emptied', 'truncate -s 0'],
    ] as const) {
      const ofDirectory = `
      mkdir more-${tree}; cp -r ${IMAGES} ${tree}
      crit-serve --from ${tree} live -- sh -c '${change} ${tree}/pstree.img
        ${FAKE_CRIU} restore "$@" && echo restored' criu`;
      const env = { OUT: `more-${tree}`, ASK: 'inventory.img pstree.img' };
      const other = await shell(ofDirectory, [], { cwd, env });
      assert.deepEqual(other.codes, [2], other.stderr);
      assert.match(
        other.stderr,
        /^restored\ncrit-serve: pstree\.img: \w+\/pstree\.img was changed after it was opened/,
      );
    }
  },
);

test('serves no archive in which an image is twice, or cut off', { skip }, async (t) => {
  const cwd = temporary(t);
  for (const [change, says] of [
    [`tar -C ${IMAGES} -rf a.tar inventory.img`, /inventory\.img: .*two images have this name/],
    ['truncate -s 2000 a.tar', /truncated archive/],
  ] as const) {
    const script = `tar -C ${IMAGES} -cf a.tar $(ls ${IMAGES}); ${change}; crit-serve --from a.tar live -- false`;
    const { codes, stderr } = await shell(script, [], { cwd });
    assert.deepEqual(codes, [2], stderr);
    assert.match(stderr, says);
  }
});

test('serves no checkpoint that has a parent, nor what is none', { skip }, async (t) => {
  const cwd = temporary(t);
  for (const [script, says] of [
    [`crit-serve --from ${IMAGES}/../incremental/3 live -- true`, /has a parent/],
    [`tar -C ${IMAGES}/../incremental/3 -cf a.tar .; crit-serve --from a.tar live -- true`, /parent: .*a link/],
    [`crit-serve --from ${IMAGES}/pstree.img live -- true`, /neither a directory of images nor an archive/],
    ['mkdir empty; crit-serve --from empty live -- true', /there is no inventory\.img/],
    ['crit-serve --from nowhere live -- true', /nowhere: no such file/],
  ] as const) {
    const { codes, stderr } = await shell(script, [], { cwd });
    assert.deepEqual(codes, [2], script);
    assert.match(stderr, says);
  }
});
