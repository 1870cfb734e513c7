/** On every checkpoint of the fixtures: an edit and its inverse give the same bytes, and what an edit changes is what it says. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { checkpointLines } from '../../src/cat/checkpoint-lines.ts';
import type { Edits } from '../../src/edit/edits.ts';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { edited } from './edited.ts';

/** Edits and what undoes them, with values that no fixture has already. */
const PAIRS: readonly (readonly [Edits, Edits])[] = [
  [{ path: ['/srv/corpus=/zz/y'] }, { path: ['/zz/y=/srv/corpus'] }],
  [{ path: ['/dev=/ünïcode'] }, { path: ['/ünïcode=/dev'] }],
  [{ port: ['5080:61000', '5353:61001'] }, { port: ['61000:5080', '61001:5353'] }],
  [{ address: ['127.0.0.1=9.8.7.6', '::1=fd00::9'] }, { address: ['9.8.7.6=127.0.0.1', 'fd00::9=::1'] }],
  [{ address: ['192.0.2.0/24=9.8.7.0/24'] }, { address: ['9.8.7.0/24=192.0.2.0/24'] }],
  [{ 'pid-offset': '70000' }, { 'pid-offset': '-70000' }],
  [
    { uid: ['0=54321'], gid: ['0=54321', '5=54322'] },
    { uid: ['54321=0'], gid: ['54321=0', '54322=5'] },
  ],
  [{ cgroup: ['/corpus=/a/b'] }, { cgroup: ['/a/b=/corpus'] }],
  [{ tty: ['0=1500', '1=70'] }, { tty: ['1500=0', '70=1'] }],
  [{ map: ['0=4000000'] }, { map: ['4000000=0'] }],
];

async function linesOf(name: string): Promise<string> {
  const parts: string[] = [];
  for await (const chunk of checkpointLines([join(fixture('real'), name)])) parts.push(chunk.toString());
  return parts.join('');
}

for (const name of CHECKPOINTS) {
  test(name, async () => {
    const before = await linesOf(name);
    for (const [there, back] of PAIRS) {
      const away = edited(before, there, { ifPresent: true });
      const again = edited(away.text, back, { ifPresent: true });
      assert.ok(again.text === before, `${JSON.stringify(there)} and back`);
      assert.equal(again.changes.length, away.changes.length);
      // In one pass or in two, the result is the same.
      assert.ok(edited(before, there, { ifPresent: true, twice: true }).text === away.text);
      assert.equal(away.text === before, away.changes.length === 0);
      const changed = new Set(away.changes.map(({ image }) => image));
      assert.deepEqual(unlike(before, away.text), [...changed].sort(), JSON.stringify(there));
    }
  });
}

/** Images whose lines are not the same, or that have another name. */
function unlike(before: string, after: string): string[] {
  const left = new Set(after.split('\n'));
  const images = before.split('\n').filter((line) => line !== '' && !left.has(line));
  return [...new Set(images.map((line) => /^\{"image":"([^"]+)"/.exec(line)?.[1] ?? ''))].sort();
}
