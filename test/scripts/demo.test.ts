import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const demo = fileURLToPath(new URL('../../scripts/demo.mjs', import.meta.url));

test('the demo draws processes, edits a checkpoint, verifies the round trip, and cleans up', async (t) => {
  const directory = temporary(t);
  const { stdout, stderr, codes } = await shell('node "$1"', [demo], { env: { TMPDIR: directory } });
  const text = stdout.toString();
  assert.equal(stderr, '');
  assert.deepEqual(codes, [0]);
  assert.match(text, /^ {2}├─ 2589 session, leads a session\n {2}│ {2}├─ 2595 grandchild\n/m);
  assert.match(text, /^Files procs\/files\.img and moved\/files\.img differ\n\$/m);
  assert.match(text, /^"\/opt\/app\/bin\/procs"$/m);
  assert.match(text, /^✓ all \d+ files came back byte for byte$/m);
  assert.ok(!text.includes('\x1b'), 'no colour where nobody sees it');
  // The loader of this test may keep a cache there.
  assert.deepEqual(
    readdirSync(join(directory)).filter((name) => name.startsWith('crit-pipe')),
    [],
  );
});
