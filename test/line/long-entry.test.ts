/** Entries that are encoded as their text comes: to the same bytes as a whole, however it is cut and written. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeMessage } from '../../src/codec/encode.ts';
import { isObject, parseJson } from '../../src/codec/json.ts';
import { Output } from '../../src/codec/output.ts';
import { HUMAN, PLAIN } from '../../src/codec/style.ts';
import { CritError } from '../../src/error.ts';
import { ImageDecoder } from '../../src/line/image-decoder.ts';
import { LongEntry } from '../../src/line/long-entry.ts';
import { BUILT_IN } from '../../src/schema/built-in.ts';
import type { MessageType } from '../../src/schema/schema.ts';
import { CHECKPOINTS, fixture, fixtureNames } from '../fixtures.ts';

function inParts(type: MessageType, text: string, size: number): Buffer {
  const entry = new LongEntry(type);
  const bytes = Buffer.from(`${text}}\n`);
  for (let at = 0; at < bytes.length; at += size) entry.push(bytes.subarray(at, at + size));
  const { parts, behind } = entry.finish();
  assert.equal(behind, '}\n');
  return Buffer.concat(parts);
}

function asWhole(type: MessageType, text: string): Buffer {
  const output = new Output();
  encodeMessage(type, parseJson(text), output);
  return output.take();
}

/** The entries of all checkpoints that have lists of messages, as text in both styles. */
function* entries(): Generator<{ name: string; type: MessageType; text: string }, void, undefined> {
  for (const checkpoint of CHECKPOINTS.filter((each) => each !== 'incremental')) {
    for (const name of fixtureNames(`real/${checkpoint}`)) {
      for (const style of [PLAIN, HUMAN]) {
        const output = new Output();
        const decoder = new ImageDecoder(output, { name, style });
        decoder.push(readFileSync(fixture(join('real', checkpoint, name))));
        decoder.end();
        const image = decoder.magic === undefined ? undefined : BUILT_IN.byMagic(decoder.magic);
        let isFirst = true;
        for (const line of image ? output.take().toString().split('\n') : []) {
          const value: unknown = line === '' ? {} : JSON.parse(line);
          const entry = isObject(value) ? value['entry'] : undefined;
          if (!image || !isObject(entry)) continue;
          const type = BUILT_IN.entryOf(image, isFirst);
          isFirst = false;
          if (LongEntry.takes(type)) yield { name, type, text: JSON.stringify(entry) };
        }
      }
    }
  }
}

test('entries give the same bytes in parts as they do as a whole', () => {
  const types = new Set<string>();
  for (const { name, type, text } of entries()) {
    types.add(type.name);
    const expected = asWhole(type, text);
    const spaced = JSON.stringify(JSON.parse(text), undefined, 1);
    for (const size of [1, 7, 100_000]) assert.deepEqual(inParts(type, text, size), expected, `${name} ${size}`);
    assert.deepEqual(inParts(type, spaced, 50), expected, name);
  }
  assert.ok(types.has('mm_entry') && types.size > 3, [...types].join());
});

const MM = BUILT_IN.byMagic('MM');
const VMA = '{"start":1,"end":2,"pgoff":0,"shmid":0,"prot":0,"flags":0,"status":0,"fd":0}';
const NUMBERS = [
  'mm_start_code',
  'mm_end_code',
  'mm_start_data',
  'mm_end_data',
  'mm_start_stack',
  'mm_start_brk',
  'mm_brk',
  'mm_arg_start',
  'mm_arg_end',
  'mm_env_start',
  'mm_env_end',
  'exe_file_id',
]
  .map((name) => `"${name}":1`)
  .join();

/** What a text becomes as a whole or in parts: its bytes or the code of its error. */
function outcome(work: () => Buffer): string {
  try {
    return work().toString('hex');
  } catch (error) {
    if (error instanceof CritError) return error.code;
    throw error;
  }
}

for (const [what, list, more = ''] of [
  ['nothing in it', '[]'],
  ['blanks in it', `[ ${VMA} ,\t${VMA} ]`],
  ['a list twice', `[${VMA},${VMA}],"vmas":[${VMA}]`],
  ['a list that is a number later', `[${VMA}],"vmas":7`],
  ['keys behind it', `[${VMA}]`, ',"dumpable":1,"@unknown":"gAEB"'],
  ['a string that looks like a list', `[${VMA}]`, ',"@unknown":"\\"vmas\\":[1]"'],
  ['an element that is a number', `[${VMA},7]`],
  ['an element that is a list', `[[${VMA}]]`],
  ['a comma before its end', `[${VMA},]`],
  ['a comma first', `[,${VMA}]`],
  ['no comma', `[${VMA}${VMA}]`],
  ['a wrong element', `[${VMA},{"start":-1}]`],
  ['an element with an unknown key', `[{"no":1}]`],
  ['an element that is no JSON', `[{"start":1,}]`],
  [
    'an element of another order',
    `[{"end":2,"start":1,"fd":0,"pgoff":0,"shmid":0,"prot":0,"flags":"0x10","status":0}]`,
  ],
] as const) {
  test(`a list with ${what} is what it is as a whole`, () => {
    assert.ok(MM);
    const type = BUILT_IN.entryOf(MM, true);
    const text = `{${NUMBERS},"vmas":${list}${more}}`;
    const expected = outcome(() => asWhole(type, text));
    for (const size of [1, 13, 5000])
      assert.equal(
        outcome(() => inParts(type, text, size)),
        expected,
      );
  });
}

test('what is not told for certain is refused', () => {
  assert.ok(MM);
  const type = BUILT_IN.entryOf(MM, true);
  for (const text of [
    `{${NUMBERS},"vmas":[${VMA}],"vm\\u0061s":[]}`,
    `{${NUMBERS},"vmas":[${VMA}`,
    `{${NUMBERS},"vmas":[${VMA},{"start":1`,
    `{${NUMBERS},"vmas":[${VMA}],"}]\\"[{":1}`,
  ])
    assert.throws(() => inParts(type, text, 20), CritError, text);
});
