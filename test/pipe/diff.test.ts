/** crit-diff as a command: what it prints, and how it ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const SIMPLE = fixture('real/simple');
const EDIT = `crit-cat "$1" | crit-map -m CORE 'if (entry.tc) entry.tc.oom_score_adj = 77' | crit-pack -C edited`;

test('it ends with 0 where nothing changed, with 1 where something did, and with 2 where it cannot tell', async (t) => {
  const cwd = temporary(t);
  const code = async (line: string): Promise<number | undefined> => (await shell(line, [SIMPLE], { cwd })).codes.at(-1);
  assert.equal(await code(EDIT), 0);
  assert.equal(await code('crit-diff "$1" "$1"'), 0);
  assert.equal(await code('crit-diff "$1" edited'), 1);
  assert.equal(await code('crit-diff --exit-code "$1" edited'), 1);
  assert.equal(await code('crit-diff "$1" missing'), 2);
  assert.equal(await code('crit-diff --color=some "$1" edited'), 2);
});

test('a summary, and colors where they are wanted', async (t) => {
  const cwd = temporary(t);
  await shell(EDIT, [SIMPLE], { cwd });
  const plain = await shell('crit-diff "$1" edited', [SIMPLE], { cwd });
  assert.match(plain.stdout.toString(), /^~1 process\nprocess 2512 \S+\n {2}~ oom_score_adj: \S+ -> 77\n$/);
  const colored = await shell('crit-diff --color always "$1" edited', [SIMPLE], { cwd });
  assert.ok(colored.stdout.includes('\u001B[33m~\u001B[39m oom_score_adj'));
});

test('pages with a lazy-pages server: all else is compared, and then it fails', async (t) => {
  const cwd = temporary(t);
  const lazy = fixture('real/lazy');
  await shell(EDIT, [lazy], { cwd });
  const { stdout, stderr, codes } = await shell('crit-diff "$1" edited', [lazy], { cwd });
  assert.deepEqual(codes, [2]);
  assert.match(stdout.toString(), /oom_score_adj/);
  assert.match(stderr, /\d+ pages were left to a lazy-pages server: they were not compared/);
  assert.deepEqual((await shell('crit-diff --only process "$1" edited', [lazy], { cwd })).codes, [1]);
});
