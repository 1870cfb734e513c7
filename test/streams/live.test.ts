/** A running dump and a running restore in the library. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { captureCheckpoint, mapLines, readCheckpoint, serveCheckpoint, writeCheckpoint } from '../../src/index.ts';
import { FAKE_CRIU, IMAGES, noFakeCriu as skip } from '../live/fake-criu.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const criu = FAKE_CRIU.split(' ');

function set(t: { after(work: () => void): void }, values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) {
    process.env[name] = value;
    t.after(() => delete process.env[name]);
  }
}

test('a dump is taken by a function, and counts when that is done', { skip }, async (t) => {
  const cwd = temporary(t);
  set(t, { IMAGES });
  const command = [...criu, 'dump'];
  await captureCheckpoint(join(cwd, 'live'), (lines) => pipeline(lines, writeCheckpoint(join(cwd, 'dump'))), {
    command,
  });
  assert.deepEqual((await shell('diff -r "$1" "$2"', [IMAGES, join(cwd, 'dump')])).codes, [0]);
  const fails = mapLines('throw new Error("not this one")', { magics: ['INVENTORY'] });
  await assert.rejects(
    captureCheckpoint(join(cwd, 'live'), (lines) => pipeline(lines, fails, writeCheckpoint(join(cwd, 'other'))), {
      command,
    }),
    /not this one/,
  );
  await assert.rejects(
    captureCheckpoint(join(cwd, 'live'), async () => {}, { command }),
    /not taken to their end/,
  );
  assert.deepEqual(readdirSync(cwd), ['dump']);
});

test('a restore is served from lines and from a path', { skip }, async (t) => {
  const cwd = temporary(t);
  const out = join(cwd, 'out');
  mkdirSync(out);
  set(t, { OUT: out, ASK: 'inventory.img pstree.img nothing.img pages-1.img' });
  const command = [...criu, 'restore'];
  assert.equal(await serveCheckpoint(join(cwd, 'live'), readCheckpoint(IMAGES), { command }), 0);
  assert.deepEqual(readdirSync(out), ['inventory.img', 'pages-1.img', 'pstree.img']);
  assert.equal(await serveCheckpoint(join(cwd, 'live'), IMAGES, { command }), 0);
  assert.deepEqual((await shell('cmp "$1/pages-1.img" "$2/pages-1.img"', [IMAGES, out])).codes, [0]);
});
