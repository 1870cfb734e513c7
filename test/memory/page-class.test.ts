/** What a page looks like, at the borders of each class. */
import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { PageClassifier } from '../../src/memory/page-class.ts';
import { PAGE } from './build-checkpoint.ts';

const classifier = new PageClassifier(PAGE);

/** Bytes without order, the same ones every time. */
function noise(size: number, seed = 'noise'): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/** So many bytes of text, and behind them bytes that no text has. */
function mostly(text: Buffer, length: number): Buffer {
  const page = Buffer.alloc(PAGE, 1);
  for (let at = 0; at < length; at += text.length) text.copy(page, at, 0, Math.min(text.length, length - at));
  return page;
}

const TEXT = Math.ceil(PAGE * 0.9);

const PAGES: readonly (readonly [name: string, page: Buffer, expected: string])[] = [
  ['zeros', Buffer.alloc(PAGE), 'zero'],
  ['zeros but for the last bit', Buffer.concat([Buffer.alloc(PAGE - 1), Buffer.of(1)]), 'other'],
  ['nine tenths text', mostly(Buffer.from('GET / HTTP/1.1\r\n'), TEXT), 'text'],
  ['a byte less than nine tenths', mostly(Buffer.from('GET / HTTP/1.1\r\n'), TEXT - 1), 'other'],
  ['characters of two, three and four bytes', mostly(Buffer.from('Äß Ω 漢字 🙂\n'), PAGE), 'text'],
  ['single bytes of Latin-1', mostly(Buffer.from('\xe4\xdf '.repeat(3), 'latin1'), PAGE), 'other'],
  ['text of 16-bit characters', Buffer.from('two bytes each. '.repeat(PAGE / 32), 'utf16le'), 'other'],
  ['random bytes', noise(PAGE), 'random'],
  ['compressed text', deflateRawSync(noise(PAGE * 2).toString('hex')).subarray(0, PAGE), 'random'],
  ['a table of all bytes, over and over', Buffer.from(Array.from({ length: PAGE }, (_, i) => i & 0xff)), 'other'],
  ['random bytes with a quarter of zeros', Buffer.concat([noise(PAGE - PAGE / 4), Buffer.alloc(PAGE / 4)]), 'other'],
  ['numbers of 32 bits', Buffer.from(new Uint32Array(PAGE / 4).map((_, i) => i * 7919).buffer), 'other'],
];

for (const [name, page, expected] of PAGES) {
  test(`${name}: ${expected}`, () => {
    assert.equal(page.length, PAGE);
    assert.equal(classifier.classOf(page, false), expected);
    // What can be executed is code where its bytes say nothing else.
    assert.equal(classifier.classOf(page, true), expected === 'other' ? 'code' : expected);
  });
}

test('of 20,000 random pages all are random, and of pages of 64 KiB, too', () => {
  const pages = noise(20_000 * PAGE, 'many');
  for (let at = 0; at < pages.length; at += PAGE)
    assert.equal(classifier.classOf(pages.subarray(at, at + PAGE), false), 'random', String(at));
  assert.equal(new PageClassifier(65536).classOf(noise(65536), false), 'random');
});
