/** On every checkpoint of the fixtures: an edit and its inverse give the same bytes, and what an edit changes is what it says. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { checkpointLines } from '../../src/cat/checkpoint-lines.ts';
import type { Change } from '../../src/edit/edit.ts';
import type { Edits } from '../../src/edit/edits.ts';
import { CritError } from '../../src/error.ts';
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

/** Edits that give one value to what may have had another: what undoes them follows from what they changed. */
const SETTINGS: readonly ((pid: number) => Edits)[] = [
  () => ({ hostname: 'zz' }),
  () => ({ domainname: 'zz.example' }),
  () => ({ env: 'PATH=/b' }),
  (pid) => ({ args: `${pid}:0=/z` }),
  (pid) => ({ comm: `${pid}=zz` }),
  () => ({ nice: '11' }),
  () => ({ 'oom-score': '77' }),
  () => ({ limit: ['nofile=7:9'] }),
  () => ({ 'as-root-of': '77777' }),
  (pid) => ({ pid: [`${pid}=77777`] }),
];

/** What undoes such an edit; undefined where the old values were not the same everywhere. */
function undoing(changes: readonly Change[], pid: number): Edits | undefined {
  const { option, old } = changes[0] ?? {};
  if (option === 'as-root-of') return { 'as-root-of': `${pid}` };
  if (option === 'pid') return { pid: [`77777=${pid}`] };
  const oldOf = (field: RegExp): unknown[] => [
    ...new Set(changes.filter((change) => field.test(change.field)).map((change) => change.old)),
  ];
  if (option === 'limit') {
    const [soft, ...others] = oldOf(/cur$/);
    const [hard, ...more] = oldOf(/max$/);
    return others.length + more.length > 0 ? undefined : { limit: [`nofile=${String(soft)}:${String(hard)}`] };
  }
  if (option === undefined || oldOf(/./).length > 1 || !(typeof old === 'string' || typeof old === 'number'))
    return undefined;
  return { [option]: option === 'args' ? `${pid}:0=${old}` : option === 'comm' ? `${pid}=${old}` : `${old}` };
}

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

/** What some work gives; undefined where the checkpoint does not have what it takes. */
function possible<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof CritError && error.code === 'value') return undefined;
    throw error;
  }
}

test('what was set is set back to what it was, and each option was tried', async () => {
  const tried = new Map<string, number>();
  for (const name of CHECKPOINTS) {
    const before = await linesOf(name);
    const pid = Number(/"magic":"PSTREE","entry":\{"pid":(\d+)/.exec(before)?.[1] ?? 0);
    if (pid === 0) continue;
    for (const setting of SETTINGS) {
      const there = setting(pid);
      const away = possible(() => edited(before, there, { ifPresent: true, twice: true }));
      const back = away && undoing(away.changes, pid);
      if (!back) continue;
      const again = edited(away.text, back, { ifPresent: true, twice: true });
      assert.ok(again.text === before, `${name}: ${JSON.stringify(there)} and ${JSON.stringify(back)}`);
      for (const option of Object.keys(there)) tried.set(option, (tried.get(option) ?? 0) + 1);
    }
  }
  assert.equal(tried.size, SETTINGS.length, [...tried.keys()].join(' '));
});

/** Images whose lines are not the same, or that have another name. */
function unlike(before: string, after: string): string[] {
  const left = new Set(after.split('\n'));
  const images = before.split('\n').filter((line) => line !== '' && !left.has(line));
  return [...new Set(images.map((line) => /^\{"image":"([^"]+)"/.exec(line)?.[1] ?? ''))].sort();
}
