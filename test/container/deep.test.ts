/** Archives and directories as deep as the system has them: each level is looked at once, not each time. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shell } from '../shell.ts';

const LEVELS = 1800;

/** A directory with `deep.tar`, which Node itself has no room for the calls to remove once it is unpacked. */
async function deepArchive(t: TestContext): Promise<string> {
  const top = mkdtempSync(join(tmpdir(), 'crit-pipe-'));
  t.after(() => shell('chmod -R u+w "$1"; rm -rf "$1"', [top]));
  const levels = Array.from({ length: LEVELS }, () => 'd').join('/');
  await shell('mkdir -p "$1/a/$2" && echo x > "$1/a/$2/x" && tar -C "$1/a" -cf "$1/deep.tar" d', [top, levels]);
  return top;
}

test(`an archive of ${LEVELS} levels goes into a directory and back`, async (t) => {
  const cwd = await deepArchive(t);
  const script = 'crit-cat deep.tar | crit-pack -C b && diff -r a b && crit-cat b | crit-pack -C c && diff -r a c';
  const { stdout, stderr, codes } = await shell(script, [], { cwd, timeout: 30_000 });
  assert.deepEqual([stdout.toString(), stderr, codes], ['', '', [0]]);
});

test('where there is no checkpoint in it, that is what is said, and nothing is left', async (t) => {
  const cwd = await deepArchive(t);
  const options = { cwd, env: { TMPDIR: cwd }, timeout: 30_000 };
  const { stderr, codes } = await shell('crit-inspect deep.tar', [], options);
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-inspect: deep\.tar: is no checkpoint/);
  const { stdout } = await shell('ls', [], options);
  assert.equal(stdout.toString(), 'a\ndeep.tar\n');
});
