import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { checkpointLines } from '../../src/cat/checkpoint-lines.ts';
import { CritError } from '../../src/error.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { zstdOf } from './zstd-of.ts';

/** Flips in each archive: every bit of a byte is among them. */
const FLIPS = 48;

/** What comes out of a file: the sum of its lines, or the error. */
async function outcome(path: string): Promise<string | CritError> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of checkpointLines([path])) hash.update(chunk);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof CritError) return error;
    throw error;
  }
}

const read = (name: string): Buffer => readFileSync(fixture(`archives/${name}`));
const ARCHIVES: Record<string, () => Buffer | Promise<Buffer>> = {
  'made-containerd.tar.gz': () => read('made-containerd.tar.gz'),
  'made-crio.tar.zst': () => read('made-crio.tar.zst'),
  'podman-counter.tar.zst': () => read('podman-counter.tar.zst'),
  'made-crio.tar.gz': () => gzipSync(read('made-crio.tar')),
  'podman-counter.tar.gz': () => gzipSync(read('podman-counter.tar')),
  'made-containerd.tar.zst': () => zstdOf(gunzipSync(read('made-containerd.tar.gz'))),
};

for (const [name, make] of Object.entries(ARCHIVES)) {
  test(`${name}: a flipped bit anywhere is an error, or changes nothing that comes out`, async (t) => {
    const path = join(temporary(t), name);
    const whole = await make();
    writeFileSync(path, whole);
    const good = await outcome(path);
    assert.equal(typeof good, 'string');
    let errors = 0;
    for (let flip = 0; flip < FLIPS; flip++) {
      // The first bytes hold the headers; a step that is no multiple of 8 takes every bit in turn.
      const bit = flip < 16 ? flip * 9 : Math.floor(((whole.length * 8 - 1) * (flip - 15)) / (FLIPS - 15));
      const damaged = Buffer.from(whole);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      writeFileSync(path, damaged);
      const found = await outcome(path);
      if (found instanceof CritError) errors++;
      // The time and the system in a gzip header, and flags of a frame that bind nobody.
      else assert.equal(found, good, `bit ${bit} gave other lines`);
    }
    assert.ok(errors > FLIPS - 16, `${errors} errors in ${FLIPS} tries`);
  });

  test(`${name}: cut anywhere, it is an error`, async (t) => {
    const path = join(temporary(t), name);
    const whole = await make();
    for (let cut = 1; cut <= 12; cut++) {
      const length = cut <= 4 ? whole.length - cut : Math.floor((whole.length * (cut - 4)) / 9);
      writeFileSync(path, whole.subarray(0, length));
      const found = await outcome(path);
      assert.ok(
        found instanceof CritError && ['truncated', 'format'].includes(found.code),
        `cut at ${length} of ${whole.length}: ${String(found)}`,
      );
    }
  });
}

test('what follows compressed data is an error with its offset, but for zeros behind gzip', async (t) => {
  const path = join(temporary(t), 'a');
  for (const name of ['made-containerd.tar.gz', 'podman-counter.tar.zst']) {
    const whole = read(name);
    for (const behind of [Buffer.from('garbage!'), Buffer.concat([Buffer.alloc(100), Buffer.from('garbage!')])]) {
      writeFileSync(path, Buffer.concat([whole, behind]));
      const found = await outcome(path);
      assert.ok(found instanceof CritError && found.code === 'format');
      const offset = found.place.offset ?? 0;
      // As far as the codec tells: to within one of its buffers.
      assert.ok(offset > whole.length / 2 && offset < whole.length + 101, `${name}: ${found.message}`);
    }
  }
  const padded = Buffer.concat([read('made-containerd.tar.gz'), Buffer.alloc(300_000)]);
  writeFileSync(path, padded);
  assert.equal(typeof (await outcome(path)), 'string');
});

test('a frame that asks for a window of 2 GiB is refused before memory is taken', async (t) => {
  const path = join(temporary(t), 'a.tar.zst');
  writeFileSync(path, Buffer.from('28b52ffd00a8010000', 'hex'));
  const found = await outcome(path);
  assert.ok(found instanceof CritError);
  assert.match(found.message, /a window of 2048 MiB.*32 MiB is the most/);
});

test('compressed data without an archive in it is a file as it is, once it is seen to be whole', async (t) => {
  const path = join(temporary(t), 'notes');
  const whole = gzipSync(Buffer.from('no archive at all'.repeat(1000)));
  writeFileSync(path, whole);
  const { stdout, codes } = await shell('crit-cat "$1" | crit-pack', [path]);
  assert.deepEqual(codes, [0, 0]);
  assert.deepEqual(stdout, whole);
  writeFileSync(path, whole.subarray(0, whole.length - 1));
  const found = await outcome(path);
  assert.ok(found instanceof CritError && found.code === 'truncated');
});

test('no command takes a damaged archive, nothing is left of it', async (t) => {
  const directory = temporary(t);
  const tmp = temporary(t);
  for (const [name, make] of Object.entries(ARCHIVES).slice(0, 3)) {
    const whole = await make();
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(whole.length >> 1) ^ 4, whole.length >> 1);
    writeFileSync(join(directory, name), damaged);
    for (const command of [
      'crit-cat "$1" > /dev/null',
      'crit-inspect "$1"',
      'crit x "$1" ps',
      'crit-grep -c a "$1"',
      'crit-mem --map "$1"',
    ]) {
      const { codes, stderr } = await shell(command, [name], { cwd: directory, env: { TMPDIR: tmp } });
      assert.deepEqual(codes, [2], `${command} ${name}`);
      assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
      assert.ok(!stderr.includes(tmp), stderr);
    }
    const { codes } = await shell('crit-cat "$1" | crit-pack -C out', [name], { cwd: directory, env: { TMPDIR: tmp } });
    assert.deepEqual(codes, [2, 2]);
  }
  assert.deepEqual(readdirSync(tmp), []);
  assert.deepEqual(readdirSync(directory).sort(), Object.keys(ARCHIVES).slice(0, 3).sort());
});
