/** Memory does not grow with the input, nor when a reader is slow. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage } from '../build-image.ts';
import { encodeWithOracle } from '../oracle.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** MiB that a process may take. */
const MOST = 120;
const MIB = 1024 * 1024;

/** A file of many copies of a few bytes. */
function writeMany(path: string, head: Uint8Array, bytes: Uint8Array, size: number): void {
  const block = Buffer.concat(Array.from({ length: Math.ceil(MIB / bytes.length) }, () => bytes));
  const fd = openSync(path, 'w');
  writeSync(fd, head);
  for (let done = 0; done < size; done += block.length) writeSync(fd, block);
  closeSync(fd);
}

test('memory, a million entries and large extras go through the whole pipe', async (t) => {
  const directory = temporary(t);
  const source = join(directory, 'in');
  mkdirSync(source);
  const random = randomBytes(MIB);
  writeMany(join(source, 'pages-1.img'), Buffer.alloc(0), random, 64 * MIB);
  const pagemap = encodeWithOracle('pagemap_entry', {
    vaddr: '140737488355328',
    compat_nr_pages: 0,
    flags: 4,
    nr_pages: '3',
  });
  const head = buildImage('PAGEMAP', [encodeWithOracle('pagemap_head', { pages_id: 1 })]);
  writeMany(join(source, 'pagemap-1.img'), head, buildImage('PAGEMAP', [pagemap]).subarray(8), 20 * MIB);
  const ghost = encodeWithOracle('ghost_file_entry', { uid: 0, gid: 0, mode: 33188 });
  writeMany(join(source, 'ghost-file-1.img'), buildImage('GHOST_FILE', [ghost]), random, 24 * MIB);
  const pipe = encodeWithOracle('pipe_data_entry', { pipe_id: 1, bytes: 24 * MIB, size: 24 * MIB });
  writeMany(join(source, 'pipes-data.img'), buildImage('PIPES_DATA', [pipe]), random, 24 * MIB);

  const script = `crit-cat in | crit-filter true | crit-map "if (magic === 'PAGEMAP') entry.flags = entry.flags" | (sleep 1; crit-pack -C out)`;
  const { stderr, codes, peak } = await shell(script, [], { cwd: directory, measure: true, timeout: 120_000 });
  assert.deepEqual([stderr, codes], ['', [0, 0, 0, 0]]);
  assert.ok(peak < MOST, `${peak} MiB`);
  const { stdout } = await shell('diff -r in out', [], { cwd: directory });
  assert.equal(stdout.toString(), '');
});

test('a sparse image of 4 GiB is a few lines, and sparse again', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'in'));
  const fd = openSync(join(directory, 'in/pages-1.img'), 'w');
  writeSync(fd, 'the first page');
  ftruncateSync(fd, 4096 * MIB);
  closeSync(fd);
  const script = `crit-cat in | tee lines | crit-pack -C out; wc -l < lines; stat -c '%s' out/pages-1.img; du -m out/pages-1.img | cut -f1`;
  const { stdout, stderr, peak } = await shell(script, [], { cwd: directory, measure: true, timeout: 120_000 });
  assert.equal(stderr, '');
  const [lines = 0, size, used = 0] = stdout.toString().trim().split('\n').map(Number);
  assert.ok(lines <= 5, `${lines} lines`);
  assert.equal(size, 4096 * MIB);
  assert.ok(used <= 1, `${used} MiB used`);
  assert.ok(peak < MOST, `${peak} MiB`);
});

test('a reader that waits makes the writer wait', async (t) => {
  const directory = temporary(t);
  writeMany(join(directory, 'pages-1.img'), Buffer.alloc(0), randomBytes(MIB), 200 * MIB);
  const { codes, peak } = await shell(
    'crit-cat pages-1.img | crit-filter true | (sleep 2; head -c 1000000 > part)',
    [],
    {
      cwd: directory,
      measure: true,
    },
  );
  assert.deepEqual(codes.slice(0, 2), [0, 0]);
  assert.ok(peak < MOST, `${peak} MiB`);
});

test('a checkpoint of thousands of files', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'in'));
  const image = buildImage('FDINFO', [encodeWithOracle('fdinfo_entry', { id: 1, flags: 0, type: 1, fd: 3 })]);
  for (let id = 0; id < 5000; id++) writeFileSync(join(directory, `in/fdinfo-${id}.img`), image);
  const { stderr, codes, peak } = await shell('crit-cat in | crit-pack -C out; diff -r in out', [], {
    cwd: directory,
    measure: true,
  });
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.ok(peak < MOST, `${peak} MiB`);
});

test('pieces that other tools have cut smaller are written as they come', async (t) => {
  const cwd = temporary(t);
  const block = randomBytes(50_000);
  const line = (key: string, value: unknown): string =>
    `${JSON.stringify({ image: 'pages-1.img', magic: 'PAGES', [key]: value })}\n`;
  const data = block.toString('base64');
  const fd = openSync(join(cwd, 'lines'), 'w');
  writeSync(fd, line('begin', {}));
  let offset = 0;
  for (let i = 0; i < 3000; i++) {
    writeSync(fd, line('piece', { offset, length: block.length, data }));
    offset += block.length;
    if (i % 1000 > 0) continue;
    writeSync(fd, line('piece', { offset, length: 1000, fill: i / 1000 }));
    offset += 1000;
  }
  writeSync(fd, line('end', {}));
  closeSync(fd);
  const { codes, stderr, peak } = await shell('crit-pack -C out lines', [], { cwd, measure: true });
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.ok(peak < MOST, `${peak} MiB`);
  const packed = readFileSync(join(cwd, 'out/pages-1.img'));
  assert.equal(packed.length, offset);
  for (let i = 0, at = 0; i < 3000; i++) {
    assert.ok(packed.subarray(at, at + block.length).equals(block), `block ${i}`);
    at += block.length;
    if (i % 1000 > 0) continue;
    assert.ok(packed.subarray(at, at + 1000).every((byte) => byte === i / 1000));
    at += 1000;
  }
});
