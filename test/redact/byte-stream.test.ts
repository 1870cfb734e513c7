import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteStream } from '../../src/redact/byte-stream.ts';
import { Scanner } from '../../src/redact/scanner.ts';
import { finderOf } from '../../src/search/text-finder.ts';

const WINDOW = 256 * 1024;

/** What stands in the place of some bytes, which come in chunks of a size, with borders at some offsets. */
function streamed(bytes: Buffer, patterns: readonly string[], size: number, borders: readonly number[] = []): Buffer {
  const result = Buffer.from(bytes);
  let settled = 0;
  const stream = new ByteStream(new Scanner([{ name: 'pattern', finder: finderOf(patterns) }], 42), {
    found: () => true,
    overwrite: (offset, others) => {
      assert.ok(offset >= settled, 'what is settled stays');
      others.copy(result, offset);
    },
    settle: (offset) => (settled = Math.max(settled, offset)),
  });
  for (let at = 0; at < bytes.length;) {
    const border = borders.find((each) => each > at) ?? Infinity;
    const end = Math.min(at + size, border, bytes.length);
    stream.push(bytes.subarray(at, end));
    if (end === border) stream.border();
    at = end;
  }
  stream.border();
  assert.equal(settled, bytes.length);
  return result;
}

test('matches over all borders of chunks and windows are found, whatever the chunks', () => {
  const bytes = Buffer.alloc(3 * WINDOW, 'x');
  const places = [
    0,
    WINDOW - 65537,
    WINDOW - 13,
    WINDOW - 4,
    WINDOW + 10,
    WINDOW + 65530,
    2 * WINDOW - 1,
    bytes.length - 8,
  ];
  for (const at of places) bytes.write('hunter2!', at);
  for (const size of [1000, 65536, WINDOW + 1, bytes.length]) {
    const result = streamed(bytes, ['hunter\\d!'], size);
    for (const at of places) assert.equal(result.toString('latin1', at, at + 8), '********', `${at} by ${size}`);
    assert.equal(result.filter((byte) => byte === 42).length, 8 * places.length);
  }
});

test('nothing is found over a border at which bytes have nothing to do with each other', () => {
  assert.equal(streamed(Buffer.from('aahunter2aa'), ['hunter2'], 100, [5]).toString(), 'aahunter2aa');
  assert.equal(streamed(Buffer.from('aahunter2aa'), ['hunter2$'], 100, [9]).toString(), 'aa*******aa');
});

test('what is found only when something beside it is overwritten is found, also where a window ends', () => {
  for (const at of [10, WINDOW - 65537 - 3, WINDOW - 65537, WINDOW - 3]) {
    const bytes = Buffer.alloc(2 * WINDOW, 'x');
    bytes.write(' foosecretbar ', at);
    const result = streamed(bytes, ['\\bfoo\\b', 'secret', '\\bbar'], 4096);
    assert.equal(result.toString('latin1', at, at + 14), ' ************ ', String(at));
  }
});
