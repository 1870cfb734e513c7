/** Damaged lines: refused, or an image whose own lines are packed to the same bytes; a filter that keeps all keeps all. */
import assert from 'node:assert/strict';
import { LINE_MUTATORS, mutate } from '../mutate.ts';
import { lines as seeds, linesOf } from '../seeds.ts';
import { LineFilter, LineMapper, LinePipe, Output, Packer, PartSink } from '../shipped.ts';
import { attempt, inChunks, type Target } from '../target.ts';

function pack(chunks: Iterable<Uint8Array>): { bytes: Buffer; refusal: Error | undefined } {
  const sink = new PartSink();
  const parts: Buffer[] = [];
  const refusal = attempt(() => {
    const packer = new Packer(sink);
    for (const chunk of chunks) {
      packer.push(chunk);
      for (const part of sink.take()) parts.push(Buffer.from(part));
    }
    packer.end();
    for (const part of sink.take()) parts.push(Buffer.from(part));
  });
  return { bytes: Buffer.concat(parts), refusal };
}

export const lines: Target = {
  name: 'lines',
  make: (random) => mutate(random.smallOf(seeds), LINE_MUTATORS, random),
  run(input, random) {
    const { bytes, refusal } = pack([input]);
    const chunked = pack(inChunks(input, random));
    assert.equal(chunked.refusal?.message, refusal?.message, 'chunks change the error');
    if (refusal) return;
    assert.deepEqual(chunked.bytes, bytes, 'chunks change the bytes');
    let text: Buffer | undefined;
    const decoded = attempt(() => (text = linesOf(bytes)));
    // Anything can be packed under the magic of raw bytes, and looks like an image then.
    if (decoded || !text) return;
    const again = pack([text]);
    assert.equal(again.refusal?.message, undefined, 'lines of our own were refused');
    assert.deepEqual(again.bytes, bytes, 'other bytes came back');
  },
};

function linesIn(bytes: Buffer): string[] {
  return bytes
    .toString()
    .split('\n')
    .filter((line) => line.trim() !== '');
}

function isNoBegin(line: string): boolean {
  return !line.includes('"begin"');
}

export const filters: Target = {
  name: 'filters',
  make: (random) => mutate(random.smallOf(seeds), LINE_MUTATORS, random),
  run(input, random) {
    for (const work of [new LineFilter('true'), new LineMapper('')]) {
      const output = new Output();
      const pipe = new LinePipe(output, work);
      const refusal = attempt(() => {
        for (const chunk of inChunks(input, random)) pipe.push(chunk);
        pipe.end();
      });
      if (refusal) continue;
      const kept = linesIn(output.take());
      const given = linesIn(input);
      assert.deepEqual(kept.toSorted(), given.toSorted(), 'a filter that keeps all did not');
      // The begin line of an image comes right before the first of its others.
      assert.deepEqual(kept.filter(isNoBegin), given.filter(isNoBegin), 'a filter changed the order');
    }
    const output = new Output();
    const pipe = new LinePipe(output, new LineMapper('entry = entry'));
    const mapped = attempt(() => {
      pipe.push(input);
      pipe.end();
    });
    if (!mapped) assert.equal(pack([output.take()]).refusal === undefined, pack([input]).refusal === undefined);
  },
};
