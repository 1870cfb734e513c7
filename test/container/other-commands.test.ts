import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const COMMANDS = [
  'crit-mem --args "$1"',
  'crit-mem --map "$1"',
  'crit-mem --map --json "$1"',
  'crit-grep /bin/counter "$1"',
  'crit x "$1" ps --args',
  'crit x "$1" fds --json',
];

for (const command of COMMANDS) {
  test(`of an archive as of its directory: ${command}`, async (t) => {
    const TMPDIR = temporary(t);
    const directory = join(temporary(t), 'out');
    await shell('crit-cat "$1" | crit-pack -C "$2"', [fixture('archives/podman-counter.tar'), directory]);
    const expected = await shell(command, [join(directory, 'checkpoint')]);
    assert.deepEqual([expected.stderr, expected.codes], ['', [0]]);
    assert.ok(expected.stdout.length > 0);
    for (const path of [
      directory,
      fixture('archives/podman-counter.tar'),
      fixture('archives/podman-counter.tar.zst'),
    ]) {
      const { stdout, stderr } = await shell(command, [path], { env: { TMPDIR } });
      assert.deepEqual([stderr, String(stdout)], ['', String(expected.stdout)]);
    }
    assert.deepEqual(readdirSync(TMPDIR), [], 'nothing is left');
  });
}

test('crit-stats takes the statistics of an archive', async (t) => {
  const TMPDIR = temporary(t);
  const script = `crit-stats --json "$1" | jq -c .dump.pages_written 2> /dev/null || crit-stats --json "$1" | grep -o '"pages_written":14'`;
  const { stdout } = await shell(script, [fixture('archives/podman-counter.tar.zst')], { env: { TMPDIR } });
  assert.match(String(stdout), /14\n$/);
  assert.deepEqual(readdirSync(TMPDIR), []);
});

test('what fails leaves nothing behind either', async (t) => {
  const TMPDIR = temporary(t);
  const { codes } = await shell('crit-mem -p 77 "$1" 0x1000', [fixture('archives/podman-counter.tar')], {
    env: { TMPDIR },
  });
  assert.deepEqual(codes, [2]);
  assert.deepEqual(readdirSync(TMPDIR), []);
});
