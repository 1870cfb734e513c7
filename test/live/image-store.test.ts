/** Images that wait for a restore: in memory, in files of their own, in one for all. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ImageStore } from '../../src/live/image-store.ts';
import { WriteBehind } from '../../src/live/write-behind.ts';
import { temporary } from '../temporary.ts';

const MIB = 1024 * 1024;
const CHUNK = 256 * 1024;

/** Files in a folder that this process has open and that have no name. */
function waiting(folder: string): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // That of the folder itself.
      return '';
    }
  });
  return links.filter((link) => link.startsWith(`${folder}/.crit-serve.`) && link.endsWith(' (deleted)')).length;
}

function served(store: ImageStore, name: string, onChunk: () => void = () => {}): Buffer {
  const chunks: Buffer[] = [];
  for (const chunk of store.find(name)?.chunks(CHUNK) ?? []) {
    onChunk();
    chunks.push(Buffer.from(chunk));
  }
  return Buffer.concat(chunks);
}

const skip = process.platform === 'linux' ? false : 'reads /proc';

test('images that came mixed are given back in any order, and files go as they are served', { skip }, async (t) => {
  const folder = temporary(t);
  const store = new ImageStore({ temporary: folder });
  const block = randomBytes(65_537);
  // Small ones that fill what may wait in memory, two large ones in turns, and one that grows late.
  const expected = new Map<string, Buffer[]>();
  const sinks = new Map<string, ReturnType<ImageStore['image']>>();
  const put = (name: string, bytes: Buffer): void => {
    let sink = sinks.get(name);
    if (!sink) sinks.set(name, (sink = store.image(name)));
    sink.write(bytes);
    expected.set(name, [...(expected.get(name) ?? []), Buffer.from(bytes)]);
  };
  for (let i = 0; i < 300; i++) put(`small-${i}`, block.subarray(i));
  for (let i = 0; i < 800; i++) put(`large-${i % 2}`, block.subarray(i % 100));
  for (let i = 0; i < 40; i++) put('small-299', block);
  for (const [value, length] of [
    [7, 5000],
    [7, 3 * MIB],
    [0, 2 * MIB],
  ] as const) {
    sinks.get('large-0')?.fill(value, length);
    expected.get('large-0')?.push(Buffer.alloc(length, value));
  }
  put('large-0', block);
  await store.written();
  assert.deepEqual(readdirSync(folder), []);
  const before = waiting(folder);
  assert.ok(before > 3 && before < 10, `${before} files`);
  let least = before;
  for (const name of ['large-0', 'large-1']) {
    const bytes = served(store, name, () => (least = Math.min(least, waiting(folder))));
    assert.ok(bytes.equals(Buffer.concat(expected.get(name) ?? [])), name);
  }
  assert.ok(least <= before - 3, `${least} of ${before} files are left before the last chunk`);
  for (let i = 299; i >= 0; i--) {
    const name = `small-${i}`;
    assert.ok(served(store, name).equals(Buffer.concat(expected.get(name) ?? [])), name);
  }
  assert.throws(() => served(store, 'large-1'), /asks for it again/);
  await store.close();
  assert.equal(waiting(folder), 0);
});

test('what cannot be written is an error, not an image with a hole', async (t) => {
  const path = join(temporary(t), 'file');
  writeFileSync(path, 'as it was');
  const fd = openSync(path, 'r');
  t.after(() => closeSync(fd));
  const late = new WriteBehind();
  late.write(fd, 0, Buffer.alloc(10));
  await assert.rejects(late.end(), { code: 'EBADF' });
  const early = new WriteBehind();
  assert.throws(() => {
    // The first goes to a thread, the second one does not wait for it.
    for (let i = 0; i < 3; i++) early.write(fd, i * MIB, Buffer.alloc(MIB));
  });
  await early.abort();
  assert.equal(readFileSync(path, 'utf8'), 'as it was');
});
