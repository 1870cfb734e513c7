import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EntryTable } from '../../src/checkpoint/entry-table.ts';
import { ImageDirectory } from '../../src/checkpoint/image-directory.ts';
import { readEntries } from '../../src/files/read-entries.ts';
import { buildImage, delimited, numeric } from '../build-image.ts';
import { fixture } from '../fixtures.ts';
import { TELLS_DESCRIPTORS, openDescriptors } from '../open-descriptors.ts';
import { temporary } from '../temporary.ts';

const entry = (pid: number): Buffer => Buffer.concat([pid, 0, 0, 0].map((value, i) => numeric(i + 1, value)));

test('entries are closed however they are left', { skip: !TELLS_DESCRIPTORS }, () => {
  const path = fixture('real/procs/pstree.img');
  const before = openDescriptors();
  const kept = Array.from({ length: 50 }, () => readEntries(path, 'pstree.img', 'PSTREE'));
  for (const entries of kept) assert.equal(entries.next().value?.pid, 2585);
  assert.equal(openDescriptors(), before);
  assert.equal([...readEntries(path, 'pstree.img', 'PSTREE')].length, 9);
  assert.throws(() => readEntries(fixture('real/procs/files.img'), 'files.img', 'PSTREE').next());
  assert.equal(openDescriptors(), before);
});

test('entries of an image that is larger than what is read at once', (t) => {
  const path = join(temporary(t), 'pstree.img');
  const count = 60_000;
  writeFileSync(
    path,
    buildImage(
      'PSTREE',
      Array.from({ length: count }, (_, i) => entry(i)),
    ),
  );
  let next = 0;
  for (const { pid } of readEntries(path, 'pstree.img', 'PSTREE')) assert.equal(pid, next++);
  assert.equal(next, count);
});

test('an image of another kind, one that is cut off, and what is no file', (t) => {
  const directory = temporary(t);
  cpSync(fixture('real/simple'), directory, { recursive: true });
  writeFileSync(join(directory, 'cut.img'), buildImage('PSTREE', [entry(1), entry(2)]).subarray(0, -1));
  execFileSync('mkfifo', [join(directory, 'pipe.img')]);
  symlinkSync('nowhere', join(directory, 'dangling.img'));
  const images = new ImageDirectory(directory);
  for (const [image, message] of [
    ['files.img', /^CritError: files\.img: no PSTREE image, but one of FILES$/],
    ['pages-1.img', /^CritError: pages-1\.img: no image of entries, but raw data/],
    ['none.img', /^CritError: none\.img: no such file or directory$/],
    ['pipe.img', /^CritError: pipe\.img: is no ordinary file$/],
    ['dangling.img', /^CritError: dangling\.img: no such file or directory$/],
  ] as const) {
    assert.throws(() => [...images.entries(image, 'PSTREE')], message);
    assert.throws(() => images.scan(image, 'PSTREE', () => {}), message);
  }
  assert.throws(() => images.files.size(images.pathOf('pipe.img'), 'pipe.img'), /is no ordinary file/);
  const seen: number[] = [];
  assert.throws(() => {
    for (const { pid } of images.entries('cut.img', 'PSTREE')) seen.push(pid);
  }, /^CritError: cut\.img: entry 2 at byte \d+: truncated/);
  assert.deepEqual(seen, [1]);
});

test('entries by their ids, in whatever order they stand', (t) => {
  const directory = temporary(t);
  const file = (id: number, name: string): Buffer => {
    const fown = Buffer.concat([1, 2, 3, 4, 5].map((field) => numeric(field, 0)));
    const reg = [numeric(1, id), numeric(2, 0), numeric(3, 0), delimited(5, fown), delimited(6, Buffer.from(name))];
    return Buffer.concat(reg);
  };
  const ids = [500, 3, 0xffffffff, 7, 1, 7, 0];
  writeFileSync(
    join(directory, 'reg-files.img'),
    buildImage(
      'REG_FILES',
      ids.map((id, i) => file(id, `/${i}`)),
    ),
  );
  const table = new EntryTable(new ImageDirectory(directory), 'reg-files.img', 'REG_FILES', 1);
  assert.deepEqual([...table.ids], [0, 1, 3, 7, 7, 500, 0xffffffff]);
  const names = [0, 1, 3, 7, 500, 0xffffffff, 2].map((id) => table.get(id)?.name);
  assert.deepEqual(names, ['/6', '/4', '/1', '/5', '/0', '/2', undefined]);
  assert.equal(new EntryTable(new ImageDirectory(directory), 'none.img', 'REG_FILES', 1).get(1), undefined);
});
