/** The loop of docs/precopy.md, with a criu that makes the rounds of a fixture. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { codeBlocks } from '../docs/markdown.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** Says how it was called, and gives the statistics of round 2 of the chain until the third call, then such as reach the goal. */
const CRIU = `#!/bin/sh
echo "$*" >> "$LOG"
while [ "$1" != --images-dir ]; do shift; done
case $2 in
round-1 | round-2 | final) cp "$CHAIN/2/stats-dump" "$2" ;;
round-3) crit-cat "$CHAIN/2/stats-dump" | crit-map 'entry.dump.pages_skipped_parent = 1000' | crit-pack -o "$2/stats-dump" ;;
esac
`;

test('the loop goes on until the goal is reached, and then makes the final dump', async (t) => {
  const cwd = temporary(t);
  const loop = codeBlocks('docs/precopy.md').find(({ language }) => language === 'text');
  writeFileSync(join(cwd, 'migrate-rounds'), loop?.text ?? '');
  mkdirSync(join(cwd, 'bin'));
  writeFileSync(join(cwd, 'bin/criu'), CRIU);
  chmodSync(join(cwd, 'bin/criu'), 0o755);
  const log = join(cwd, 'log');
  const env = { LOG: log, CHAIN: fixture('real/incremental') };
  const { stdout, stderr, codes } = await shell('PATH="$PWD/bin:$PATH" sh migrate-rounds 42', [], { cwd, env });
  assert.equal(stderr, '');
  assert.deepEqual(codes, [0]);
  assert.deepEqual(readFileSync(log, 'utf8').trimEnd().split('\n'), [
    'pre-dump --tree 42 --images-dir round-1 --track-mem',
    'pre-dump --tree 42 --images-dir round-2 --track-mem --prev-images-dir ../round-1',
    'pre-dump --tree 42 --images-dir round-3 --track-mem --prev-images-dir ../round-2',
    'dump --tree 42 --images-dir final --track-mem --prev-images-dir ../round-3',
  ]);
  const lines = stdout.toString().split('\n');
  assert.deepEqual(
    lines.slice(0, 3).map((line) => JSON.parse(line).reason),
    ['none', 'none', 'goal'],
  );
  assert.match(lines[3] ?? '', /^dump +round-1 +round-2 +round-3 +final$/);
});
