/** Lines of --human are edited as the plain ones are: what is text there is a number for an edit. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Output } from '../../src/codec/output.ts';
import { HUMAN, PLAIN, type Style } from '../../src/codec/style.ts';
import type { Edits } from '../../src/edit/edits.ts';
import { ImageDecoder } from '../../src/line/image-decoder.ts';
import { fixture, fixtureNames } from '../fixtures.ts';
import { edited, packed } from './edited.ts';

function linesOf(path: string, name: string, style: Style): string {
  const output = new Output();
  const decoder = new ImageDecoder(output, { name, style });
  decoder.push(readFileSync(path));
  decoder.end();
  return output.take().toString();
}

const EDITS: Edits = {
  address: ['127.0.0.0/8=10.0.0.0/8', '::1=::2'],
  path: ['/tmp=/other', '/usr=/other'],
  limit: ['nofile=7'],
  set: ['FILES if (entry.reg?.flags & 0x8000) entry.reg.flags ^= 0x8000'],
};

for (const checkpoint of ['inet-netns', 'fds', 'procs']) {
  test(`edits of ${checkpoint} give the same images, whatever style its lines have`, () => {
    for (const name of fixtureNames(`real/${checkpoint}`).filter((each) => /^(?:files|core-\d+)\.img$/.test(each))) {
      const path = fixture(join('real', checkpoint, name));
      const [plain, human] = [PLAIN, HUMAN].map((style) =>
        edited(linesOf(path, name, style), EDITS, { ifPresent: true }),
      );
      assert.ok(plain && human);
      assert.deepEqual(packed(human), packed(plain), name);
      assert.deepEqual(human.changes, plain.changes, name);
      if (name === 'files.img') assert.notDeepEqual(packed(plain), readFileSync(path), name);
    }
  });
}
