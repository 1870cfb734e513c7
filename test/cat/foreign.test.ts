/** Files of somebody else's beside the images. */
import assert from 'node:assert/strict';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { chooser } from '../../src/line/filter/choice.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** What begins like an image of processes and is none. */
const NONE = Buffer.concat([Buffer.from('1916565456273150', 'hex'), Buffer.from('garbage, garbage')]);

function withForeign(t: TestContext, name: string): string {
  const directory = join(temporary(t), 'dump');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  writeFileSync(join(directory, name), NONE, { mode: 0o600 });
  return directory;
}

test('one that begins like an image and is none is told with the option that goes on without it', async (t) => {
  const directory = withForeign(t, 'old.bak');
  const head = (await shell('head -c 8 "$1"', [join(directory, 'pstree.img')])).stdout;
  writeFileSync(join(directory, 'old.bak'), Buffer.concat([head, NONE.subarray(8)]));
  const { codes, stderr } = await shell('crit-cat "$1" | crit-pack -C "$2"', [directory, `${directory}.out`]);
  assert.deepEqual(codes, [2, 2]);
  const said =
    /old\.bak: entry 1 at byte 8: .*: CRIU has no image of that name; crit-cat (-i '!old\.bak') goes on without it$/m;
  const option = said.exec(stderr)?.[1] ?? '';
  assert.equal(stderr.match(/goes on without it/g)?.length, 2, stderr);
  // What is said works.
  const script = `crit-cat ${option} "$1" | crit-pack -C "$2"; ls "$2"`;
  const without = await shell(script, [directory, `${directory}.out`]);
  assert.deepEqual([without.codes, without.stderr], [[0], '']);
  assert.deepEqual(
    String(without.stdout).trim().split('\n').sort(),
    readdirSync(directory)
      .filter((name) => name !== 'old.bak')
      .sort(),
  );
});

test('of an image by a name of CRIU, and of a file that was named, nothing of the kind is said', async (t) => {
  const directory = withForeign(t, 'old.bak');
  const { stderr } = await shell('truncate -s 20 "$1/pstree.img"; crit-cat -m PSTREE "$1"; crit-cat "$1/pstree.img"', [
    directory,
  ]);
  assert.match(stderr, /pstree\.img/);
  assert.doesNotMatch(stderr, /goes on without/);
});

test('a file that -i or -m turns down by its name is not opened', async (t) => {
  const directory = withForeign(t, 'pages-77.img');
  const { codes, stderr } = await shell(
    'chmod 0 "$1/pages-77.img"; crit-cat -m PSTREE "$1" && crit-cat -i "!pages-*" "$1"',
    [directory],
  );
  assert.deepEqual([codes, stderr], [[0], '']);
});

test('names behind a ! are not chosen, whatever else is', () => {
  const all = ['pstree.img', 'pages-1.img', 'checkpoint/pages-2.img', 'core-1.img'];
  const chosen = (...images: string[]): string[] => all.filter((image) => chooser({ images })(image, 'RAW'));
  assert.deepEqual(chosen('!pages-*'), ['pstree.img', 'core-1.img']);
  assert.deepEqual(chosen('p*', '!pages-*'), ['pstree.img']);
  assert.deepEqual(chosen('!checkpoint/*'), ['pstree.img', 'pages-1.img', 'core-1.img']);
});
