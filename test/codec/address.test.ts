import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatAddress, parseAddress } from '../../src/codec/address.ts';

/** Texts of inet_ntop(3). */
const ADDRESSES: [text: string, words: number[]][] = [
  ['0.0.0.0', [0]],
  ['127.0.0.1', [0x0100007f]],
  ['255.255.255.255', [0xffffffff]],
  ['10.0.2.15', [0x0f02000a]],
  ['::', [0, 0, 0, 0]],
  ['::1', [0, 0, 0, 16777216]],
  ['2001:db8::1', [3087860000, 0, 0, 16777216]],
  ['fe80::1:2:3:4', [33022, 0, 33554688, 67109632]],
  ['1:0:0:2::3', [256, 33554432, 0, 50331648]],
  ['1::2:0:0:3:4', [256, 33554432, 0, 67109632]],
  ['1:0:2:3:4:5:6:7', [256, 50332160, 83887104, 117442048]],
  ['::ffff:127.0.0.1', [0, 0, 4294901760, 16777343]],
  ['::127.0.0.1', [0, 0, 0, 16777343]],
  ['::100', [0, 0, 0, 65536]],
  ['::0.1.0.0', [0, 0, 0, 256]],
  ['1:2:3:4:5:6::', [33554688, 67109632, 100664576, 0]],
  ['1:2:3:4:5:6:7:0', [33554688, 67109632, 100664576, 1792]],
  ['0:2:3:4:5:6:7:8', [33554432, 67109632, 100664576, 134219520]],
  ['::3:4:5:6:7:8', [0, 67109632, 100664576, 134219520]],
  ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', [4294967295, 4294967295, 4294967295, 4294967295]],
  ['::ffff:0:102:304', [0, 0, 65535, 67305985]],
  ['::1:102:304', [0, 0, 16777216, 67305985]],
  ['::ffff:0.0.0.0', [0, 0, 4294901760, 0]],
  ['abcd:ef::', [4009807275, 0, 0, 0]],
];

for (const [text, words] of ADDRESSES) {
  test(text, () => {
    assert.equal(formatAddress(words), text);
    assert.deepEqual(parseAddress(text), words);
  });
}

test('other texts of the same address', () => {
  assert.deepEqual(parseAddress('2001:0DB8:0:0:0:0:0:1'), [3087860000, 0, 0, 16777216]);
  assert.deepEqual(parseAddress('::ffff:7f00:1'), [0, 0, 4294901760, 16777343]);
  assert.deepEqual(parseAddress('0:0:0:0:0:ffff:127.0.0.1'), [0, 0, 4294901760, 16777343]);
});

test('every address comes back', () => {
  const word = fc.oneof(fc.constantFrom(0, 0xffff0000, 0xffffffff), fc.nat({ max: 0xffffffff }));
  fc.assert(
    fc.property(fc.oneof(fc.tuple(word), fc.tuple(word, word, word, word)), fc.boolean(), (words, dotted) => {
      assert.deepEqual(parseAddress(formatAddress(words, dotted)), words);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

const NONE = ['', '.', ':', ':::', '1', '1.2.3', '1.2.3.4.5', '256.0.0.1', '1.2.3.-4', '1.2.3.4 ', '0x1.2.3.4', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', 'g::', '::1.2.3', '::1.2.3.256', '1.2.3.4::', '1:2:3:4:5:6:7::8', '::1%lo']; // prettier-ignore

for (const text of NONE) {
  test(`no address: ${JSON.stringify(text)}`, () => {
    assert.equal(parseAddress(text), undefined);
  });
}
