/** What comes out does not depend on the chunks in which bytes come in. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { HUMAN } from '../../src/codec/style.ts';
import { CHECKPOINTS, OUT_OF_ORDER, UNUSUAL, fixture, fixtureNames } from '../fixtures.ts';
import { chunksOf, decodeChunks } from './decode-image.ts';
import { packChunks } from './pack-lines.ts';

const SIZES = [1, 2, 3, 7, 64, 4095, 4096, 4097, 65535, 65537];

function images(largest: number): { name: string; image: Buffer }[] {
  return [
    'crafted',
    'crafted-bad',
    ...CHECKPOINTS.filter((name) => name !== 'incremental').map((name) => `real/${name}`),
  ]
    .flatMap((directory) =>
      fixtureNames(directory).map((name) => ({ name, image: readFileSync(fixture(join(directory, name))) })),
    )
    .filter(({ image }) => image.length <= largest);
}

for (const size of SIZES) {
  // Few bytes at a time are slow: small images have all the corners.
  const set = images(size < 64 ? 2000 : size < 4000 ? 40_000 : 300_000);

  test(`images in chunks of ${size}`, () => {
    for (const { name, image } of set) {
      const { text, error, warnings } = decodeChunks([image], { name });
      const again = decodeChunks(chunksOf(image, size), { name });
      assert.deepEqual(again.text, text, name);
      assert.deepEqual(
        [again.error?.message, again.warnings.map(String)],
        [error?.message, warnings.map(String)],
        name,
      );
    }
  });

  test(`lines in chunks of ${size}`, () => {
    for (const { name, image } of set) {
      const { text, error } = decodeChunks([image], { name });
      const packed = packChunks(chunksOf(Buffer.from(text), size));
      if (error) assert.equal(packed.images.size, 0, name);
      else assert.deepEqual([packed.error?.message, packed.images.get(name)], [undefined, image], name);
    }
  });
}

test('images larger than any chunk', () => {
  const large = images(Infinity).filter(({ image }) => image.length > 200_000);
  assert.ok(large.length > 0);
  for (const { name, image } of large) {
    const { text } = decodeChunks([image], { name });
    assert.equal(decodeChunks(chunksOf(image, 10_007), { name }).text, text);
    assert.deepEqual(packChunks(chunksOf(Buffer.from(text), 10_007)).images.get(name), image);
  }
});

test('lines for people are packed to the same bytes', () => {
  for (const name of fixtureNames('crafted').filter((each) => !UNUSUAL.includes(each))) {
    const image = readFileSync(fixture(`crafted/${name}`));
    const { text } = decodeChunks([image], { name, style: HUMAN });
    assert.deepEqual(packChunks([Buffer.from(text)]).images.get(name), image, name);
  }
});

test('bare lines are packed to the same bytes, where the head is the usual one', () => {
  const names = fixtureNames('crafted').filter((name) => !/-(v1\.0|with-common-magic)\.img$/.test(name));
  for (const name of names.filter((each) => ![...UNUSUAL, ...OUT_OF_ORDER].includes(each))) {
    const image = readFileSync(fixture(`crafted/${name}`));
    const { text, error } = decodeChunks([image], { name, bare: true });
    assert.equal(error, undefined, name);
    const { images: packed } = packChunks([Buffer.from(text)], { magic: name.slice(0, name.indexOf('-')) });
    assert.deepEqual([...packed.values()], [image], name);
  }
});

test('a control character in base64 is no JSON, whatever stands beside its line', () => {
  const lines = [
    '{"image":"x","magic":"TTY_DATA","begin":{}}',
    '{"image":"x","magic":"TTY_DATA","entry":{"tty_id":0,"data":"AAAA\tAAAA"}}',
    '{"image":"x","magic":"TTY_DATA","end":{}}',
  ];
  for (const text of [lines.join('\n'), `${lines.join('\n')}\n{"x":"ä"}`]) {
    const { error } = packChunks([Buffer.from(text)]);
    assert.match(String(error), /line 2: not JSON: Bad control character/);
  }
});
