/** A pipe of which much is read holds more; what comes through it is the same where Perl, which asks for that, is not there. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** A folder with a pages image whose lines are more than what widens a pipe. */
function scene(t: TestContext): { folder: string; pages: Buffer } {
  const folder = temporary(t);
  const pages = randomBytes(16 * 1024 * 1024);
  writeFileSync(join(folder, 'pages-1.img'), pages);
  return { folder, pages };
}

test('a pipe of which much has been read holds a MiB', async (t) => {
  const hasPerl = (await shell('command -v perl')).codes[0] === 0;
  if (process.platform !== 'linux' || !hasPerl) {
    t.skip('no Perl');
    return;
  }
  const { folder, pages } = scene(t);
  // F_GETPIPE_SZ: what the pipe holds, after the lines and before its end.
  const ask = `perl -e 'for (1..500) { $n = fcntl STDOUT, 1032, 0; last if $n > 65536; select undef, undef, undef, .02 } print STDERR $n'`;
  const { stderr, codes } = await shell(`{ crit-cat pages-1.img; ${ask}; } | crit-pack -C out`, [], { cwd: folder });
  assert.deepEqual([stderr, codes], ['1048576', [0, 0]]);
  assert.ok(readFileSync(join(folder, 'out/pages-1.img')).equals(pages));
});

const PERLS = {
  none: undefined,
  'one that fails': 'exit 3',
  'one that never ends': 'echo $$ > pid; exec sleep 1000',
};

for (const [name, text] of Object.entries(PERLS)) {
  test(`lines come through a pipe all the same where Perl is ${name}`, async (t) => {
    const { folder, pages } = scene(t);
    mkdirSync(join(folder, 'programs'));
    if (text !== undefined) {
      writeFileSync(join(folder, 'programs/perl'), `#!/bin/sh\nPATH=/bin:/usr/bin\n${text}\n`);
      chmodSync(join(folder, 'programs/perl'), 0o755);
    }
    const line = `crit-cat pages-1.img | { PACK=$(command -v crit-pack); PATH=$PWD/programs exec "$1" "$PACK" -C out; }`;
    const { stderr, codes } = await shell(line, [process.execPath], { cwd: folder });
    if (text?.includes('pid')) {
      const wait = 'for _ in {1..500}; do [ -s pid ] && break; sleep .02; done; kill "$(cat pid)"';
      assert.deepEqual((await shell(wait, [], { cwd: folder })).codes, [0]);
    }
    assert.deepEqual([stderr, codes], ['', [0, 0]]);
    assert.ok(readFileSync(join(folder, 'out/pages-1.img')).equals(pages));
  });
}
