/** How commands end when they cannot go on: readers that leave, signals, full disks. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { buildImage } from '../build-image.ts';
import { fixture } from '../fixtures.ts';
import { formatLines } from '../lines.ts';
import { encodeWithOracle } from '../oracle.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const ENTRY = encodeWithOracle('pstree_entry', { pid: 1, ppid: 0, pgid: 1, sid: 1, threads: [1, 2, 3] });

/** An image whose lines fill every pipe many times. */
function large(directory: string): string {
  const path = join(directory, 'large.img');
  writeFileSync(
    path,
    buildImage(
      'PSTREE',
      Array.from({ length: 500_000 }, () => ENTRY),
    ),
  );
  return path;
}

test('a reader that leaves ends a command at once, quietly, with 0', async (t) => {
  const directory = temporary(t);
  const path = large(directory);
  writeFileSync(join(directory, 'pages-1.img'), Buffer.alloc(50_000_000, 'some text'));
  for (const script of [
    'crit-cat "$1" | head -1',
    'crit-cat "$2" | head -c 10',
    'crit-cat "$2" | head -1 | cut -c1-20',
    'crit-cat "$1" | crit-filter true | head -1',
    'crit-cat "$1" | crit-map "entry.pid++" | head -2',
    'crit-cat "$1" | crit-filter true | crit-map "entry.pid++" | crit-pack | head -c 10',
    'crit-cat "$1" | true',
    'crit-cat --keep-going "$1" "$2" | head -1',
  ]) {
    const { stderr, codes } = await shell(script, [path, join(directory, 'pages-1.img')], { timeout: 20_000 });
    assert.deepEqual([stderr, new Set(codes)], ['', new Set([0])], script);
  }
});

test('a standard error that is closed changes nothing', async () => {
  const { codes } = await shell('crit-cat "$1" 2>&- > /dev/null', [fixture('crafted/PSTREE-max-varint32.img')]);
  assert.deepEqual(codes, [0]);
  const broken = await shell('crit-cat "$1" 2>&1 > /dev/null | true; (exit ${PIPESTATUS[0]})', [
    fixture('crafted-bad/size-huge.img'),
  ]);
  assert.deepEqual(broken.codes, [2]);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} leaves no part of a file`, async (t) => {
    const directory = temporary(t);
    mkdirSync(join(directory, 'out'));
    const lines = formatLines([
      { image: 'a/pages-1.img', magic: 'PAGES', begin: {} },
      ...Array.from({ length: 100 }, (_, index) => ({
        image: 'a/pages-1.img',
        magic: 'PAGES',
        piece: { offset: index * 60_000, length: 60_000, data: Buffer.alloc(60_000, 'text').toString('base64') },
      })),
    ]);
    for (const args of [
      ['-C', 'out'],
      ['-o', 'file'],
    ]) {
      const child = spawn(process.execPath, [join(bin, 'crit-pack'), ...args], {
        cwd: directory,
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      const stderr: Buffer[] = [];
      child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
      child.stdin.on('error', () => {});
      child.stdin.write(lines);
      // Not before it has begun to write.
      const deadline = Date.now() + 10_000;
      while (files(directory).length === 0 && Date.now() < deadline) await delay(20);
      assert.notDeepEqual(files(directory), []);
      child.kill(signal);
      assert.deepEqual(await once(child, 'exit'), [null, signal]);
      assert.equal(Buffer.concat(stderr).toString(), '');
      assert.deepEqual(files(directory), []);
    }
  });
}

test('a signal ends crit-cat, and crit-pack behind it leaves nothing', async (t) => {
  const directory = temporary(t);
  const script =
    '(crit-cat "$1" & echo $! > pid; wait $!) | (read -r first; kill -TERM $(cat pid); { echo "$first"; cat; } | crit-pack -C out)';
  const { stderr, codes } = await shell(script, [large(directory)], { cwd: directory });
  assert.equal(codes[1], 2);
  assert.match(stderr, /^crit-pack: [^\n]*\n$/m);
  assert.deepEqual(files(join(directory, 'out')), []);
});

test('a full disk is one clear line', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'pages-1.img'), Buffer.alloc(4_000_000, 'some text'));
  const limited = `ulimit -f 1000; trap '' XFSZ; crit-cat pages-1.img | crit-pack`;
  for (const options of ['-C out', '-o file']) {
    const { stderr, codes } = await shell(`(${limited} ${options}; exit \${PIPESTATUS[1]})`, [], { cwd: directory });
    assert.deepEqual(codes, [2], stderr);
    assert.match(stderr, /^crit-pack: [^\n]*file too large\n$/);
    assert.deepEqual(files(directory), ['pages-1.img']);
  }
});

test('a full device is one clear line', async () => {
  const line = '{"image":"x","magic":"PSTREE","entry":{"pid":1,"ppid":0,"pgid":1,"sid":1}}';
  for (const [script, name] of [
    ['crit-cat "$1"', 'crit-cat'],
    ['crit-filter true', 'crit-filter'],
    ['crit-map "entry.pid = 1"', 'crit-map'],
    ['crit-pack', 'crit-pack'],
    ['crit-cat --help', 'crit-cat'],
  ] as const) {
    const { stderr, codes } = await shell(`${script} > /dev/full`, [fixture('real/simple')], { input: line });
    assert.deepEqual(codes, [2], script);
    assert.match(stderr, new RegExp(`^${name}: [^\\n]*no space left on device\\n$`), script);
  }
});

const mounted = (await shell('unshare -m true 2> /dev/null')).codes[0] === 0;

test(
  'a full file system is one clear line',
  { skip: !mounted && 'needs root, to mount a small file system' },
  async (t) => {
    const directory = temporary(t);
    writeFileSync(join(directory, 'pages-1.img'), Buffer.alloc(4_000_000, 'some text'));
    mkdirSync(join(directory, 'small'));
    // In a mount namespace of its own, the file system is gone when the shell is.
    const script = `unshare -m bash -c '
    mount -t tmpfs -o size=1m none small || exit 9
    crit-cat pages-1.img | crit-pack -C small/out; echo \${PIPESTATUS[1]}; find small -type f; df --output=used small | tail -1 | tr -d " "'`;
    const { stdout, stderr } = await shell(script, [], { cwd: directory });
    assert.match(stderr, /^crit-pack: [^\n]*no space left on device\n$/);
    assert.equal(stdout.toString(), '2\n0\n');
  },
);

test('a place that cannot be written is one clear line', async (t) => {
  const input = '{"image":"x","magic":"RAW","begin":{}}\n{"image":"x","magic":"RAW","end":{}}\n';
  for (const options of ['-C /dev/null/out', '-o /dev/null/file', '-o /sys/file', '-C /sys/out']) {
    const { stderr, codes } = await shell(`crit-pack ${options}`, [], { input, cwd: temporary(t) });
    assert.deepEqual(codes, [2], options);
    assert.match(stderr, /^crit-pack: [^\n]*\n$/);
  }
});

/** Paths of all files in a directory. */
function files(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => item.name);
  } catch {
    return [];
  }
}
