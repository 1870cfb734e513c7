/** Directories of any depth that the system has. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
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
