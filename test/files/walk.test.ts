/** Directories of any depth that the system has. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { walk } from '../../src/files/walk.ts';

const LEVELS = 1800;

test(`${LEVELS} levels are walked like few`, (t) => {
  const top = mkdtempSync(join(tmpdir(), 'crit-pipe-'));
  // Node itself has no room for the calls to remove so many.
  t.after(() => execFileSync('rm', ['-rf', top]));
  const deep = join(top, ...Array.from({ length: LEVELS }, () => 'd'));
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'x'), 'x');
  for (const follow of [false, true]) {
    const found = [...walk(top, { follow })].map(({ kind, image }) => [kind, image.length]);
    assert.deepEqual(found, [['file', LEVELS * 2 + 1]]);
  }
});

test('names come in the order of their bytes, and one that is not UTF-8 is an error', (t) => {
  const top = mkdtempSync(join(tmpdir(), 'crit-pipe-'));
  t.after(() => rmSync(top, { recursive: true }));
  const names = ['z', 'é', 'a', '\u{1f600}', '\uffee'];
  for (const name of names) writeFileSync(join(top, name), '');
  const found = [...walk(top)].map(({ image }) => image);
  assert.deepEqual(found, ['a', 'z', 'é', '\uffee', '\u{1f600}']);
  writeFileSync(Buffer.from(`${top}/\xe9`, 'latin1'), '');
  const kinds = [...walk(top)].map(({ kind }) => kind);
  assert.deepEqual(kinds, ['file', 'file', 'file', 'error', 'file', 'file']);
});
