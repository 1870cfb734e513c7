/** Damaged documents of CRIT: refused, or an image whose own document gives the same bytes. */
import assert from 'node:assert/strict';
import { LINE_MUTATORS, mutate } from '../mutate.ts';
import { documents } from '../seeds.ts';
import { CRIT, DocumentDecoder, DocumentEncoder, Output, PartSink } from '../shipped.ts';
import { attempt, inChunks, type Target } from '../target.ts';

function encode(chunks: Iterable<Uint8Array>): { bytes: Buffer; refusal: Error | undefined } {
  const sink = new PartSink();
  const encoder = new DocumentEncoder(sink);
  const refusal = attempt(() => {
    for (const chunk of chunks) encoder.push(chunk);
    encoder.end();
  });
  return { bytes: Buffer.concat([...sink.take()]), refusal };
}

export const document: Target = {
  name: 'document',
  make: (random) => mutate(random.smallOf(documents), LINE_MUTATORS, random),
  run(input, random) {
    const { bytes, refusal } = encode([input]);
    const chunked = encode(inChunks(input, random));
    assert.equal(chunked.refusal === undefined, refusal === undefined, 'chunks change whether it is refused');
    if (refusal) return;
    assert.deepEqual(chunked.bytes, bytes, 'chunks change the bytes');
    const output = new Output();
    let hasLoss = false;
    const decoder = new DocumentDecoder(output, { name: 'x', style: CRIT, onWarning: () => (hasLoss = true) });
    decoder.push(bytes);
    decoder.end();
    const again = encode([output.take()]);
    assert.equal(again.refusal?.message, undefined, 'a document of our own was refused');
    if (!hasLoss) assert.deepEqual(again.bytes, bytes, 'other bytes came back');
  },
};
