/** The directory that lines tell places in: what changes while it is copied is an error, whichever way it is copied. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { CritError } from '../../src/error.ts';
import { SourceDirectory } from '../../src/files/source-directory.ts';
import { temporary } from '../temporary.ts';

const MIB = 1024 * 1024;
const CHANGED = (error: unknown): boolean =>
  error instanceof CritError && /changed while it was copied/.test(error.message);

const CHANGES: readonly (readonly [string, (path: string) => void])[] = [
  ['grows', (path) => appendFileSync(path, 'x')],
  ['shrinks', (path) => truncateSync(path, MIB + 5)],
  ['is written to', (path) => utimesSync(path, 1, 1)],
];

for (const [what, change] of CHANGES) {
  test(`an image that ${what} while it is read is an error`, (t) => {
    const directory = temporary(t);
    const path = join(directory, 'pages-1.img');
    writeFileSync(path, Buffer.alloc(2 * MIB, 7));
    const source = new SourceDirectory(directory);
    t.after(() => source.close());
    const chunks = source.read({ image: 'pages-1.img', offset: 0 }, 2 * MIB);
    assert.equal(chunks.next().value?.length, MIB);
    change(path);
    assert.throws(() => [...chunks], CHANGED);
  });

  test(`an image that ${what} before it is cloned is an error where files can be cloned, and no clone elsewhere`, (t) => {
    const directory = temporary(t);
    const path = join(directory, 'pages-1.img');
    writeFileSync(path, Buffer.alloc(2 * MIB, 7));
    const source = new SourceDirectory(directory);
    t.after(() => source.close());
    assert.equal(source.about('pages-1.img').size, 2 * MIB);
    change(path);
    const clone = join(directory, 'clone');
    let isCloned = false;
    try {
      isCloned = source.clone('pages-1.img', clone);
    } catch (error) {
      if (!CHANGED(error)) throw error;
      return;
    }
    assert.deepEqual([isCloned, existsSync(clone)], [false, false]);
  });
}
