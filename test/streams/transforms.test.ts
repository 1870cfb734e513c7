import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  decodeImage,
  encodeImage,
  filterLines,
  mapLines,
  readCheckpoint,
  text as shown,
  writeCheckpoint,
} from '../../src/index.ts';

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
  let out = '';
  await assert.rejects(async () => {
    for await (const chunk of decoder) out += String(chunk);
  }, /truncated/);
  assert.match(out, /"entry":/);
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

test('a chunk of any size goes through: what it becomes is bounded', async () => {
  const count = 400_000;
  const entry = '{"vaddr":4096,"compat_nr_pages":1,"in_parent":false,"flags":4,"nr_pages":1}';
  const lines = Buffer.from(
    `{"image":"p","magic":"PAGEMAP","entry":{"pages_id":1}}\n${`{"image":"p","magic":"PAGEMAP","entry":${entry}}\n`.repeat(count)}`,
  );
  const image = await buffer(Readable.from([lines]).pipe(encodeImage()));
  const decoder = decodeImage({ name: 'p' });
  decoder.end(image);
  let length = 0;
  let most = 0;
  for await (const chunk of decoder) {
    assert.ok(Buffer.isBuffer(chunk));
    length += chunk.length;
    most = Math.max(most, decoder.readableLength);
    await new Promise(setImmediate);
  }
  const brackets = '{"image":"p","magic":"PAGEMAP","begin":{}}\n{"image":"p","magic":"PAGEMAP","end":{}}\n'.length;
  assert.equal(length, lines.length + brackets);
  assert.ok(most < 16 * 1024 ** 2, `${most} bytes waited`);
});

test('many long lines go through a map, whatever the chunks', async () => {
  const line = JSON.stringify({
    image: 'p',
    magic: 'PAGES',
    piece: { offset: 0, length: 1, fill: 1 },
    at: { x: 'y'.repeat(5_000_000) },
  });
  const lines = Buffer.from(`${line}\n`.repeat(20));
  const mapper = mapLines('at.x += 1');
  mapper.end(lines);
  let length = 0;
  for await (const chunk of mapper) length += Buffer.isBuffer(chunk) ? chunk.length : 0;
  assert.equal(length, lines.length + 20);
});

test('a signal ends what is read and what is written, and leaves no directory', async (t) => {
  const directory = temporary(t);
  const reading = new AbortController();
  const lines = readCheckpoint(simple, { signal: reading.signal });
  await assert.rejects(async () => {
    for await (const _ of lines) reading.abort();
  }, /AbortError/);
  const writing = new AbortController();
  const target = writeCheckpoint(join(directory, 'copy'), { signal: writing.signal });
  const written = pipeline(async function* () {
    for await (const chunk of readCheckpoint(simple)) {
      yield chunk;
      writing.abort();
    }
  }, target);
  await assert.rejects(written, { name: 'AbortError' });
  assert.deepEqual(readdirSync(directory), []);
});

test('strings that may be bytes become text', () => {
  assert.equal(shown('käse'), 'käse');
  assert.equal(shown({ base64: Buffer.from('caf\xe9', 'latin1').toString('base64') }), 'caf\\xe9');
});
