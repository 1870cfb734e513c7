import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatPax, parsePax } from '../../../src/container/tar/pax-records.ts';
import { parseHeader } from '../../../src/container/tar/header-parser.ts';
import { formatHeader } from '../../../src/container/tar/tar-header.ts';
import type { TarMember } from '../../../src/container/tar/tar-member.ts';
import { TarReader } from '../../../src/container/tar/tar-reader.ts';
import { fixture } from '../../fixtures.ts';

/** What an archive holds, as a list of texts, contents joined. */
function read(bytes: Uint8Array, chunkSize: number): string[] {
  const told: string[] = [];
  let contents = '';
  const flush = (): void => {
    if (contents !== '') told.push(contents);
    contents = '';
  };
  const reader = new TarReader({
    member({ member }) {
      flush();
      told.push(JSON.stringify(member));
    },
    data: (part) => void (contents += Buffer.from(part).toString('latin1')),
    padding: (part) => void (contents += `+${part.length}`),
    finish(zeros) {
      flush();
      told.push(`${zeros} zeros`);
    },
  });
  for (let at = 0; at < bytes.length; at += chunkSize) reader.push(bytes.subarray(at, at + chunkSize));
  reader.end();
  return told;
}

test('chunks of any size give the same', () => {
  const bytes = readFileSync(fixture('archives/made-crio.tar'));
  const whole = read(bytes, bytes.length);
  assert.equal(whole.at(-1), '4096 zeros');
  for (const size of [1, 511, 512, 513, 4096]) assert.deepEqual(read(bytes, size), whole, `chunks of ${size}`);
});

test('records of any text come back', () => {
  const key = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('='));
  fc.assert(
    fc.property(fc.dictionary(key, fc.string({ unit: 'grapheme' })), (records) => {
      assert.deepEqual({ ...parsePax(formatPax(records)) }, { ...records });
    }),
  );
  const bytes = { odd: { base64: '//79' } };
  assert.deepEqual(parsePax(formatPax(bytes)), bytes);
  // The length counts its own digits: where they get more.
  for (let length = 1; length < 120; length++) {
    const records = { k: 'v'.repeat(length) };
    assert.deepEqual(parsePax(formatPax(records)), records);
  }
});

test('a member of any kind comes back from its headers', () => {
  const part = fc
    .string({ minLength: 1, maxLength: 120, unit: 'grapheme' })
    .filter((text) => !/[/\0\ufffd]|^\.\.?$/.test(text) && Buffer.byteLength(text) < 256);
  const text = fc.string({ maxLength: 40, unit: 'grapheme' }).filter((each) => !/[\0\ufffd]/.test(each));
  const arbitrary: fc.Arbitrary<TarMember> = fc.record({
    type: fc.constant('file' as const),
    path: fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
    size: fc.nat({ max: Number.MAX_SAFE_INTEGER }).map((size) => Math.min(size, 999_999_999_999_999)),
    mode: fc.nat({ max: 0o7777 }),
    uid: fc.nat({ max: 0xffffffff }),
    gid: fc.nat({ max: 0xffffffff }),
    uname: text,
    gname: text,
    mtime: fc.oneof(fc.integer({ min: 0, max: 1e12 }), fc.constantFrom('1795490954.047006334', '-5.25', '0.5')),
    target: fc.constant(''),
    pax: fc.constantFrom({}, { atime: '1.5' }, { 'SCHILY.xattr.user.x': { base64: '/w==' } }),
    format: fc.constant('ustar' as const),
  });
  fc.assert(fc.property(arbitrary, (member) => assert.deepEqual(parseHeader(formatHeader(member)), { ...member })));
});
