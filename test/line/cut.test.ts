/** Every small image cut at every byte: what is complete is printed, the rest is an error that says where. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BUILT_IN } from '../../src/schema/built-in.ts';
import { rawMagicByFile } from '../../src/schema/images.ts';
import { CHECKPOINTS, fixture, fixtureNames } from '../fixtures.ts';
import { decodeChunks } from './decode-image.ts';
import { layoutOf, type Layout } from '../image/layout.ts';
import { packChunks } from './pack-lines.ts';

/** Bytes of the largest image that is cut everywhere. */
const SMALL = 3000;

// Hundreds of thousands of errors are made here, whose stacks nobody reads.
Error.stackTraceLimit = 0;

const directories = ['crafted', ...CHECKPOINTS.filter((name) => name !== 'incremental').map((name) => `real/${name}`)];
const seen = new Set<string>();

for (const directory of directories) {
  test(`${directory}: every image up to ${SMALL} bytes`, () => {
    for (const name of fixtureNames(directory)) {
      const image = readFileSync(fixture(join(directory, name)));
      const key = image.toString('latin1');
      if (image.length > SMALL || rawMagicByFile(name) || seen.has(key)) continue;
      seen.add(key);
      cutEverywhere(name, image);
    }
  });
}

test('hundreds of images were cut', () => {
  assert.ok(seen.size > 500, String(seen.size));
});

function cutEverywhere(name: string, image: Buffer): void {
  const layout = layoutOf(image);
  assert.ok(layout, name);
  const whole = decodeChunks([image], { name });
  assert.equal(whole.error, undefined, name);
  const starts = lineStarts(whole.text);

  let packedText: string | undefined;
  for (let length = 0; length < image.length; length++) {
    const where = `${name} cut at ${length}`;
    const cut = image.subarray(0, length);
    const { text, error } = decodeChunks([cut], { name });
    if (length < layout.start) {
      // Where neither the name nor the first bytes say that it is an image, it is a file of other bytes.
      const isOther = !BUILT_IN.byFile(name) && (length === 0 || layout.start === 4);
      if (!error && isOther) assert.deepEqual(packChunks([Buffer.from(text)]).images.get(name), cut, where);
      else assert.deepEqual([error?.code, error?.place.offset, text], ['truncated', 0, ''], where);
      continue;
    }
    const complete: number = layout.entries.filter((entry) => entry.end <= length).length;
    const next: Layout['entries'][number] | undefined = layout.entries[complete];
    // The contents of a ghost file end with the image, so that any length of them is whole.
    const isGhost = layout.type.magic === 'GHOST_FILE' && next !== undefined && next.value['chunks'] !== true;
    if (next === undefined || next.start === length || (isGhost && complete === 0 && next.payloadEnd <= length)) {
      assert.equal(error, undefined, where);
      assert.deepEqual(packChunks([Buffer.from(text)]).images.get(name), cut, where);
      continue;
    }
    assert.ok(error, where);
    assert.equal(error.code, 'truncated', `${where}: ${error.message}`);
    assert.equal(error.place.entry, complete + 1, where);
    assert.equal(error.place.offset, next.start, `${where}: ${error.message}`);
    assert.match(error.message, /^\S+: entry \d+ at byte \d+: truncated: /, where);
    // The lines of all complete entries, the same as those of the whole image, and of no more.
    assert.equal(text, whole.text.slice(0, starts[complete]), where);
    if (text !== packedText) {
      const packed = packChunks([Buffer.from(text)]);
      assert.ok(packed.error, where);
      assert.equal(packed.images.size, 0, where);
      packedText = text;
    }
  }
}

/** Where the line of each entry begins, and where that of the end does. */
function lineStarts(text: string): number[] {
  const starts: number[] = [];
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    if (/^\{"image":"[^"]*","magic":"\w+","(entry|end)":/.test(line)) starts.push(at);
    at += line.length;
  }
  return starts;
}
