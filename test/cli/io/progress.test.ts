import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { progressText } from '../../../src/cli/io/progress.ts';
import { fixture } from '../../fixtures.ts';
import { shell } from '../../shell.ts';
import { temporary } from '../../temporary.ts';

test('progress tells bytes, rate and time left', () => {
  const MIB = 1024 * 1024;
  assert.equal(progressText(512 * MIB, 1024 * MIB, 2000), '512 MiB of 1 GiB, 50 %, 256 MiB/s, 2 s left');
  assert.equal(progressText(3 * MIB, undefined, 2000), '3 MiB, 1.5 MiB/s');
  assert.equal(progressText(0, 0, 0), '0 B of 0 B, 100 %, 0 B/s');
  assert.equal(progressText(2000, 1000, 1000), '2.0 KiB, 2.0 KiB/s');
});

const slowly = `{ cat "$1"; sleep 1.3; cat "$1"; sleep 0.5; }`;

test('--progress shows it for long work', async (t) => {
  const shown = join(temporary(t), 'shown');
  // As long as it takes, on a machine that has other work too.
  const input = 'while [ ! -s "$2" ]; do cat "$1"; sleep 0.2; done';
  await shell(`${input} | crit-cat --progress --name raw 2> "$2" > /dev/null`, [
    fixture('real/simple/pages-1.img'),
    shown,
  ]);
  assert.match(readFileSync(shown, 'utf8'), /[\d.]+ [KM]iB, [\d.]+ \w+\/s/);
});

test('nothing is shown for short work, with --no-progress, or where standard error is no terminal', async () => {
  const image = fixture('real/simple/pages-1.img');
  for (const script of [
    'crit-cat --progress "$1" > /dev/null',
    `${slowly} | crit-cat --progress --no-progress --name raw > /dev/null`,
    `${slowly} | crit-cat --name raw > /dev/null`,
  ]) {
    assert.equal((await shell(script, [image])).stderr, '', script);
  }
});
