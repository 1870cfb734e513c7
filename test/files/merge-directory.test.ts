import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { mergeDirectory } from '../../src/files/merge-directory.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** Directories `from` and `to` with files whose contents say where they were. */
function directories(root: string, from: readonly string[], to: readonly string[]): void {
  for (const [top, names] of [
    ['from', from],
    ['to', to],
  ] as const) {
    mkdirSync(join(root, top));
    for (const name of names) {
      mkdirSync(join(root, top, name, '..'), { recursive: true });
      writeFileSync(join(root, top, name), top);
    }
  }
}

const contents = (root: string, name: string): string => readFileSync(join(root, 'to', name), 'utf8');

test('files are replaced, added, and moved with new directories', (t) => {
  const root = temporary(t);
  directories(root, ['a', 'sub/b', 'new/c'], ['a', 'sub/b', 'sub/other']);
  mergeDirectory(join(root, 'from'), join(root, 'to'), join(root, 'kept'));
  assert.deepEqual(
    ['a', 'sub/b', 'new/c', 'sub/other'].map((name) => contents(root, name)),
    ['from', 'from', 'from', 'to'],
  );
});

test('what replaces nothing comes first', (t) => {
  const root = temporary(t);
  directories(root, ['a', 'a.bak'], ['a']);
  mergeDirectory(join(root, 'from'), join(root, 'to'), join(root, 'kept'));
  // An old file is called after how many were moved before it.
  assert.deepEqual(readdirSync(join(root, 'kept')), ['1']);
});

test('where one cannot be moved, all others are as they were', (t) => {
  const root = temporary(t);
  // A directory that is not empty is in the way of the last one.
  directories(root, ['a', 'b', 'new/c', 'z'], ['a', 'b', 'z/full']);
  const error = { message: /z: is in the way: it is a directory/ };
  assert.throws(() => mergeDirectory(join(root, 'from'), join(root, 'to'), join(root, 'kept')), error);
  assert.deepEqual(
    ['a', 'b', 'z/full'].map((name) => contents(root, name)),
    ['to', 'to', 'to'],
  );
  assert.ok(!existsSync(join(root, 'to', 'new')));
  assert.deepEqual(readdirSync(join(root, 'kept')), []);
  assert.deepEqual(readdirSync(join(root, 'from')).sort(), ['a', 'b', 'new', 'z']);
});

test('a link in the way of a directory is not followed', (t) => {
  const root = temporary(t);
  directories(root, ['a', 'sub/b'], ['a']);
  mkdirSync(join(root, 'victim'));
  symlinkSync('../victim', join(root, 'to', 'sub'));
  assert.throws(() => mergeDirectory(join(root, 'from'), join(root, 'to'), join(root, 'kept')), /sub: /);
  assert.deepEqual(readdirSync(join(root, 'victim')), []);
  assert.equal(contents(root, 'a'), 'to');
});

test('a link that is put in the way while files are moved leads nowhere', async (t) => {
  const root = temporary(t);
  if ((await shell('strace -V > /dev/null 2>&1')).codes[0] !== 0) {
    t.skip('needs strace');
    return;
  }
  const lines = ['f0', 'f1', 'f2']
    .map((name) => ['begin', 'end'].map((key) => `{"image":"sub/${name}","magic":"RAW","${key}":{}}\n`).join(''))
    .join('');
  const script = `mkdir -p out/sub victim; echo old > out/sub/f1
    (until grep -q 'rename(' trace 2> /dev/null; do sleep 0.05; done; mv out/sub out/sub_; ln -s ../victim out/sub) &
    strace -f -o trace -e trace=rename -e inject=rename:delay_enter=1500000:when=1 "$(command -v node)" "$(command -v crit-pack)" -f -C out
    echo $?; wait; ls -A victim`;
  const { stdout, stderr } = await shell(script, [], { cwd: root, input: lines });
  assert.equal(stdout.toString(), '2\n', stderr);
  assert.match(stderr, /sub: (?:was moved away while files were put into it|not a directory)\n$/);
  assert.deepEqual(readdirSync(join(root, 'out/sub_')), ['f1']);
  assert.equal(readFileSync(join(root, 'out/sub_/f1'), 'utf8'), 'old\n');
});
