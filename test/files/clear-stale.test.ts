import assert from 'node:assert/strict';
import { chownSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { clearStale } from '../../src/files/clear-stale.ts';
import { stagingPath } from '../../src/files/staging.ts';
import { temporary } from '../temporary.ts';

/** A directory with `a` and `b`, the first of which a process had replaced when it was killed. */
function interrupted(t: TestContext): { directory: string; left: string } {
  const directory = temporary(t);
  // No process has that number.
  const left = stagingPath(directory).replace(`.${process.pid}.`, '.4194999.');
  for (const path of [left, join(left, 'new'), join(left, 'kept')]) mkdirSync(path);
  for (const [name, text] of [
    ['a', 'new a'],
    ['b', 'old b'],
  ] as const)
    writeFileSync(join(directory, name), text);
  writeFileSync(join(left, 'kept/0'), 'old a');
  writeFileSync(join(left, 'new/b'), 'new b');
  mkdirSync(join(left, 'new/deep'));
  writeFileSync(join(left, 'new/deep/c'), 'new c');
  return { directory, left };
}

const contents = (...path: string[]): string => readFileSync(join(...path), 'utf8');

test('files that a killed process was putting in place follow the others', (t) => {
  const { directory } = interrupted(t);
  clearStale(directory);
  assert.deepEqual(readdirSync(directory).sort(), ['a', 'b', 'deep']);
  assert.deepEqual(
    ['a', 'b', 'deep/c'].map((name) => contents(directory, name)),
    ['new a', 'new b', 'new c'],
  );
});

test('what was not complete goes, and takes nothing with it', (t) => {
  const directory = temporary(t);
  const left = stagingPath(directory).replace(`.${process.pid}.`, '.4194999.');
  for (const path of [left, join(left, 'new')]) mkdirSync(path);
  writeFileSync(join(left, 'new/b'), 'half');
  clearStale(directory);
  assert.deepEqual(readdirSync(directory), []);
});

test('no file comes through a link', (t) => {
  const directory = temporary(t);
  const far = temporary(t);
  writeFileSync(join(far, 'precious'), 'x');
  const left = stagingPath(directory).replace(`.${process.pid}.`, '.4194999.');
  mkdirSync(left);
  mkdirSync(join(left, 'kept'));
  symlinkSync(far, join(left, 'new'));
  assert.throws(() => clearStale(directory), /cannot follow .*: they are not your own$/);
  assert.deepEqual([readdirSync(far), readdirSync(directory)], [['precious'], [basename(left)]]);
});

test('where they cannot follow, everything stays as it is, and the error says what to do', (t) => {
  const { directory, left } = interrupted(t);
  writeFileSync(join(left, 'new/z'), 'new z');
  mkdirSync(join(directory, 'z'));
  assert.throws(() => clearStale(directory), {
    name: 'CritError',
    message:
      /: some files of a command that was killed are in place, and the others in \.crit-pack\.\S+ cannot follow \(without it they are given up\): z: is in the way: it is a directory$/,
  });
  assert.deepEqual([contents(directory, 'b'), contents(left, 'new/b')], ['old b', 'new b']);
});

const isRoot = process.getuid?.() === 0;

test('what is left of another user stays, since nobody else may finish it', { skip: !isRoot && 'needs root' }, (t) => {
  const { directory, left } = interrupted(t);
  chownSync(join(left, 'new'), 1, 1);
  assert.throws(() => clearStale(directory), /cannot follow .*: they are not your own$/);
  assert.deepEqual(
    [contents(directory, 'b'), contents(left, 'new/b'), contents(left, 'kept/0')],
    ['old b', 'new b', 'old a'],
  );
});
