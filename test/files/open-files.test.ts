/** A file in which places are read is the same one at the end. */
import assert from 'node:assert/strict';
import { appendFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CritError } from '../../src/error.ts';
import { OpenFiles } from '../../src/files/open-files.ts';
import { openDescriptors, TELLS_DESCRIPTORS } from '../open-descriptors.ts';
import { temporary } from '../temporary.ts';

const CHANGES: Record<string, (path: string) => void> = {
  grows: (path) => appendFileSync(path, 'more'),
  shrinks: (path) => truncateSync(path, 10),
  'is written to': (path) => utimesSync(path, 1, 1),
};
/** More than are open at once. */
const MANY = 20;

const isChange = (error: unknown): boolean =>
  error instanceof CritError && error.place.image === 'pages-1.img' && /changed while it was read/.test(error.message);

for (const [how, change] of Object.entries(CHANGES)) {
  for (const when of ['while it is open', 'before it is closed for others', 'before it is opened again']) {
    test(`a file that ${how} ${when} is an error`, (t) => {
      const directory = temporary(t);
      const path = join(directory, 'pages-1.img');
      writeFileSync(path, Buffer.alloc(100_000, 1));
      const others = Array.from({ length: MANY }, (_, index) => join(directory, `other-${index}`));
      for (const other of others) writeFileSync(other, 'x');
      const files = new OpenFiles();
      const readOthers = (): void => {
        for (const other of others) files.view(other, 'other', 0, 1);
      };
      files.view(path, 'pages-1.img', 0, 100);
      if (when === 'before it is opened again') readOthers();
      change(path);
      const readAgain = {
        'while it is open': (): void => {},
        'before it is closed for others': readOthers,
        'before it is opened again': (): void => void files.view(path, 'pages-1.img', 0, 1),
      }[when];
      assert.throws(() => {
        readAgain?.();
        files.close();
      }, isChange);
    });
  }
}

test('all are closed also where one has changed', { skip: !TELLS_DESCRIPTORS }, (t) => {
  const directory = temporary(t);
  const paths = ['a', 'b', 'c'].map((name) => join(directory, name));
  const files = new OpenFiles();
  const before = openDescriptors();
  for (const path of paths) {
    writeFileSync(path, 'x');
    files.view(path, path, 0, 1);
  }
  appendFileSync(paths[0] ?? '', 'y');
  assert.throws(() => files.close(), /changed while it was read/);
  assert.ok(openDescriptors() <= before);
  files.close();
});
