/** Damaged images: refused, or lines from which the same bytes come again, whatever chunks they came in. */
import assert from 'node:assert/strict';
import { IMAGE_MUTATORS, mutate } from '../mutate.ts';
import { images } from '../seeds.ts';
import { HUMAN, ImageDecoder, Output, PLAIN, Packer, PartSink } from '../shipped.ts';
import { attempt, inChunks, type Target } from '../target.ts';

export const image: Target = {
  name: 'image',
  make: (random) => mutate(random.smallOf(images), IMAGE_MUTATORS, random),
  run(input, random) {
    const style = random.below(2) === 0 ? PLAIN : HUMAN;
    const output = new Output();
    const decoder = new ImageDecoder(output, { name: 'x', style });
    const refusal = attempt(() => {
      decoder.push(input);
      decoder.end();
    });
    const whole = output.take();
    const pieces = new Output();
    const again = new ImageDecoder(pieces, { name: 'x', style });
    const second = attempt(() => {
      for (const chunk of inChunks(input, random)) again.push(chunk);
      again.end();
    });
    assert.equal(second?.message, refusal?.message, 'chunks change the error');
    assert.equal(pieces.take().toString(), whole.toString(), 'chunks change the lines');
    const sink = new PartSink();
    const packer = new Packer(sink);
    const packed = attempt(() => {
      packer.push(whole);
      packer.end();
    });
    if (refusal) assert.ok(packed, 'lines of half an image were packed');
    else {
      assert.equal(packed?.message, undefined, 'lines of our own were refused');
      assert.deepEqual(Buffer.concat([...sink.take()]), input, 'other bytes came back');
    }
  },
};
