import assert from 'node:assert/strict';
import test from 'node:test';
import { Output } from '../../../src/codec/output.ts';
import { LineFilter } from '../../../src/line/filter/line-filter.ts';
import { LinePipe } from '../../../src/line/filter/line-pipe.ts';
import { LineMapper } from '../../../src/line/filter/line-mapper.ts';

const lines = Array.from({ length: 40 }, (_, index) =>
  index % 7 === 3
    ? `{"image":"p","magic":"PAGES","piece":{"offset":${index},"length":3,"data":"${'QUJD'.repeat(index * 9)}"}}`
    : `{"image":"a${index % 2}","magic":"PSTREE","entry":{"pid":${index},"ppid":0,"pgid":0,"sid":0}}`,
);
const text = Buffer.from(`${lines.join('\n')}\n`);

for (const size of [1, 2, 3, 7, 64, 100, 333, 1000, 5000, text.length]) {
  test(`lines pass whole, whatever the chunks: ${size} bytes`, () => {
    for (const make of [
      (output: Output) => new LinePipe(output, new LineFilter('true')),
      (output: Output) => new LinePipe(output, new LineMapper('')),
    ]) {
      const output = new Output(16);
      const parser = make(output);
      const parts: Buffer[] = [];
      for (let at = 0; at < text.length; at += size) {
        // A reader uses its buffer again.
        const chunk = Buffer.from(text.subarray(at, at + size));
        parser.push(chunk);
        chunk.fill(0);
        parts.push(output.take());
      }
      parser.end();
      assert.deepEqual(Buffer.concat([...parts, output.take()]), text);
    }
  });
}
