import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { decodeImage, encodeImage, filterLines, mapLines, readCheckpoint, writeCheckpoint } from '../../src/index.ts';

const simple = fileURLToPath(new URL('../fixtures/real/simple', import.meta.url));

function temporary(t: { after(work: () => void): void }): string {
  const directory = mkdtempSync(join(tmpdir(), 'crit-pipe-'));
  t.after(() => rmSync(directory, { recursive: true }));
  return directory;
}

test('a checkpoint goes through streams and comes back', async (t) => {
  const copy = join(temporary(t), 'copy');
  await pipeline(readCheckpoint(simple), filterLines('true'), mapLines(''), writeCheckpoint(copy));
  assert.deepEqual(readdirSync(copy), readdirSync(simple));
  for (const name of readdirSync(simple)) {
    assert.deepEqual(readFileSync(join(copy, name)), readFileSync(join(simple, name)), name);
  }
});

test('a stream that fails leaves no directory', async (t) => {
  const directory = temporary(t);
  const copy = join(directory, 'deep', 'copy');
  const text = '{"image":"a.img","magic":"PSTREE","begin":{}}\n';
  await assert.rejects(
    pipeline(Readable.from([Buffer.from(text)]), writeCheckpoint(copy)),
    /a.img: begun, but never ended/,
  );
  assert.deepEqual(readdirSync(directory), []);
});

test('one image is a Transform in each direction', async () => {
  const bytes = readFileSync(join(simple, 'pages-1.img'));
  const lines = await buffer(Readable.from([bytes]).pipe(decodeImage({ name: 'pages-1.img' })));
  assert.deepEqual(await buffer(Readable.from([lines]).pipe(encodeImage())), bytes);
});

test('what was read before an error comes out before it', async () => {
  const bytes = readFileSync(join(simple, 'files.img'));
  const decoder = decodeImage({ name: 'files.img' });
  Readable.from([bytes.subarray(0, bytes.length - 1)]).pipe(decoder);
  let text = '';
  await assert.rejects(async () => {
    for await (const chunk of decoder) text += String(chunk);
  }, /truncated/);
  assert.match(text, /"entry":/);
});

test('a fill of gigabytes is made as it is read', async () => {
  const length = 8 * 1024 ** 3;
  const text = `{"image":"p","magic":"PAGES","piece":{"offset":0,"length":${length},"fill":7}}\n`;
  const encoder = encodeImage();
  Readable.from([Buffer.from(text)]).pipe(encoder);
  let size = 0;
  for await (const chunk of encoder) {
    assert.ok(Buffer.isBuffer(chunk));
    size += chunk.length;
    if (size > 64 * 1024 ** 2) break;
  }
  assert.ok(encoder.readableLength < 1024 ** 2);
});
