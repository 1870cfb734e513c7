import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputStart } from '../../src/line/input-start.ts';
import { packChunks } from './pack-lines.ts';

const LINE = '{"image":"a.img","magic":"PSTREE","entry":{"pid":1,"ppid":0,"pgid":1,"sid":1}}\n';
const DOCUMENT = '{\n  "magic": "PSTREE",\n  "entries": [\n    {"pid": 1, "ppid": 0, "pgid": 1, "sid": 1}\n  ]\n}\n';

test('blank lines are not held, however many there are', () => {
  const start = new InputStart();
  const blanks = Buffer.from('\n \r\n\t'.repeat(1000));
  for (let i = 0; i < 10; i++) {
    assert.equal(
      [...start.push(blanks)].reduce((sum, { length }) => sum + length, 0),
      blanks.length,
    );
    assert.equal(start.isDocument, undefined);
  }
  assert.deepEqual([...start.end()], []);
});

test('what only looks like the beginning of a document is not held for long', () => {
  const start = new InputStart();
  assert.deepEqual([...start.push(Buffer.from('{'))], []);
  assert.equal([...start.push(Buffer.from(' '.repeat(600)))].length, 1);
  assert.equal(start.isDocument, false);
});

for (const [what, text, isDocument] of [
  ['lines', LINE, false],
  ['a document', DOCUMENT, true],
] as const) {
  for (const size of [1, 2, 7, 100_000]) {
    test(`${what} behind blank lines, ${size} bytes at a time`, () => {
      const bytes = Buffer.from(`${'\n'.repeat(50)}${text}`);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const start = new InputStart();
      const parts = chunks.flatMap((chunk) => [...start.push(chunk)].map((part) => Buffer.from(part)));
      assert.deepEqual(Buffer.concat(parts), bytes);
      assert.equal(start.isDocument, isDocument);
      const { images, error } = packChunks(chunks);
      assert.equal(error, undefined);
      assert.deepEqual([...images.values()], [...packChunks([Buffer.from(LINE)]).images.values()]);
    });
  }
}

test('blank lines count', () => {
  const { error } = packChunks([Buffer.from('\n\n'), Buffer.from(`\n${LINE}x\n`)]);
  assert.equal(error?.place.line, 5);
});
