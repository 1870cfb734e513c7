import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import test from 'node:test';
import { CritError, decode, encode, readLines, writeLines, type Line } from '../../src/index.ts';

const image = new URL('../fixtures/real/fds/pipes-data.img', import.meta.url);
const pstree = new URL('../fixtures/real/procs/pstree.img', import.meta.url);

async function all(lines: AsyncIterable<Line>): Promise<Line[]> {
  const list: Line[] = [];
  for await (const line of lines) list.push(line);
  return list;
}

function chunks(...texts: string[]): Buffer[] {
  return texts.map((text) => Buffer.from(text));
}

test('decode and encode are inverse', () => {
  for (const url of [image, pstree]) {
    const bytes = readFileSync(url);
    const lines = decode(bytes, { name: 'a.img' });
    assert.deepEqual(encode(lines), bytes);
  }
});

test('the magic tells the type of an entry', () => {
  const pids: number[] = [];
  for (const line of decode(readFileSync(pstree), { name: 'pstree.img' })) {
    if ('entry' in line && line.magic === 'PSTREE') pids.push(line.entry.pid, ...(line.entry.threads ?? []));
  }
  assert.ok(pids.length > 10 && pids.every(Number.isInteger));
});

test('lines go through objects and come back', async () => {
  const lines = decode(readFileSync(image), { name: 'pipes-data.img' });
  const written = writeLines(lines);
  assert.deepEqual(await all(readLines(written)), lines);
});

test('large numbers keep their digits in both directions', async () => {
  const text = '{"image":"a","magic":"VMAS","entry":{"start":18446744073709551615}}\n';
  const [line] = await all(readLines(chunks(text)));
  assert.ok(line && 'entry' in line && line.magic === 'VMAS');
  assert.equal(line.entry.start, '18446744073709551615');
  // A BigInt has no place in the types, but is what people compute with.
  Object.assign(line.entry, { start: 2n ** 64n - 1n });
  assert.match((await buffer(writeLines([line]))).toString(), /"start":"18446744073709551615"/);
});

test('what is no line is an error with its number', async () => {
  const good = '{"image":"a","magic":"RAW","begin":{}}\n';
  for (const [bad, message] of [
    ['{"image":"a","image":"b","magic":"RAW","begin":{}}\n', /line 3: has the key "image" twice/],
    ['null\n', /line 3: not a line of an image: null/],
    ['[1]\n', /line 3: not a line of an image/],
    ['{"image":\n', /line 3: not JSON/],
    ['{"image":"a"}\n', /line 3: a line without "magic"/],
    ['{"image":"a","magic":"NOPE","entry":{}}\n', /line 3: not a line of an image/],
  ] as const) {
    const read: Line[] = [];
    const reading = async (): Promise<void> => {
      for await (const line of readLines(chunks(`${good}  \n${bad}${good}`))) read.push(line);
    };
    await assert.rejects(reading, (error) => {
      assert.ok(error instanceof CritError, String(error));
      assert.match(error.message, message);
      return true;
    });
    assert.equal(read.length, 1, 'the line before it was given');
  }
});

test('an error of the source comes through', async () => {
  async function* failing(): AsyncGenerator<Buffer> {
    yield Buffer.from('{"image":"a","magic":"RAW","begin":{}}\n');
    await Promise.resolve();
    throw new Error('gone');
  }
  await assert.rejects(all(readLines(failing())), /gone/);
});
