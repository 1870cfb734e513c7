import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** What takes milliseconds to load, and no small input needs. */
const SLOW = /^(NativeModule )?(crypto|tty|zlib|child_process|internal\/modules\/esm\/translators)$/;

test('small inputs do not wait for modules of Node that they do not need', async (t) => {
  const hook = join(temporary(t), 'hook.cjs');
  writeFileSync(
    hook,
    `const before = new Set(process.moduleLoadList);
    process.on('exit', () => {
      const loaded = process.moduleLoadList.filter((each) => !before.has(each) && ${String(SLOW)}.test(each));
      if (loaded.length > 0) console.error(process.argv[1], loaded.join());
    });`,
  );
  const { stderr, codes } = await shell(
    'crit-cat "$1" | crit-filter true | crit-pack | cmp - "$1" && crit-cat "$1" > /dev/null',
    [fixture('real/simple/pstree.img')],
    { env: { NODE_OPTIONS: `--require=${hook}` } },
  );
  assert.deepEqual([stderr, codes], ['', [0]]);
});
