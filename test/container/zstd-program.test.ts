import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as zlib from 'node:zlib';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const archive = fixture('archives/podman-counter.tar');
/** Node has its own from 22.15 on, and asks no program. */
const skip = 'createZstdCompress' in zlib && 'this Node has zstd';

test('a program zstd that fails fails crit-pack, and leaves nothing', { skip }, async (t) => {
  for (const [program, said] of Object.entries({
    'cat > /dev/null; exit 3': /the program zstd ended with exit code 3/,
    'exit 1': /the program zstd ended with exit code 1/,
    'head -c 100; exit 0': /the program zstd ended before its input did/,
    'head -c 9; kill -KILL $$': /the program zstd ended with SIGKILL/,
  })) {
    const directory = temporary(t);
    mkdirSync(join(directory, 'bin'));
    writeFileSync(join(directory, 'bin/zstd'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
    mkdirSync(join(directory, 'in'));
    // More than the pipes hold.
    writeFileSync(join(directory, 'in/raw'), randomBytes(1 << 20));
    const { stderr, codes } = await shell(
      'export PATH="$1/bin:$PATH"; crit-cat "$1/in" | crit-pack --zstd -o "$1/out"',
      [directory],
    );
    assert.equal(codes.at(-1), 2, program);
    assert.match(stderr, said);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    assert.deepEqual(readdirSync(directory), ['bin', 'in']);
  }
});

test('lines that are damaged fail crit-pack --zstd as they do without it', async (t) => {
  const out = join(temporary(t), 'out');
  const { stderr, codes } = await shell('(crit-cat "$1"; echo nonsense) | crit-pack --zstd -o "$2"', [archive, out]);
  assert.equal(codes.at(-1), 2);
  assert.match(stderr, /^crit-pack: /);
  assert.ok(!existsSync(out));
});

test('without the program crit-pack --zstd compresses all the same', { skip }, async (t) => {
  const out = join(temporary(t), 'out');
  const script =
    'PATH=/nowhere "$3" "$(command -v crit-pack)" --zstd -o "$2" < <(crit-cat "$1") && crit-cat "$2" | crit-pack --tar';
  const { stdout, stderr } = await shell(script, [archive, out, process.execPath]);
  assert.equal(stderr, '');
  assert.ok(stdout.equals(readFileSync(archive)));
});
