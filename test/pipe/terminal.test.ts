/** What is printed never acts on a terminal, and is otherwise what it is, byte for byte. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parseLines } from '../lines.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const script = spawnSync('script', ['--version'], { encoding: 'utf8' });
const skip = !script.stdout?.includes('util-linux') && 'script of util-linux is not here';

const NAME = 'c1\u009b31m\u202e\u2028.img';
const LINES = ['begin', 'end'].map((key) => `{"image":"${NAME}","magic":"RAW","${key}":{}}\n`).join('');
const COMM = 'a\u001b[2J\u202e';
const ACTING = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

/** What a command prints on a terminal. */
async function onTerminal(command: string, cwd: string): Promise<string> {
  const { stdout } = await shell('script -qec "$1" /dev/null', [command], { cwd });
  return stdout.toString().replaceAll('\r\n', '\n');
}

function inputs(t: TestContext): string {
  const directory = temporary(t);
  writeFileSync(join(directory, 'lines'), LINES);
  const lines = [
    { image: 'pstree.img', magic: 'PSTREE', entry: { pid: 1, ppid: 0, pgid: 1, sid: 1, threads: [1] } },
    {
      image: 'core-1.img',
      magic: 'CORE',
      entry: {
        mtype: 'X86_64',
        tc: { task_state: 1, exit_code: 0, personality: 0, flags: 0, blk_sigset: 0, comm: COMM },
      },
    },
  ];
  writeFileSync(join(directory, 'entries'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return directory;
}

test('lines on a terminal are the same values in characters that do nothing', { skip }, async (t) => {
  const cwd = inputs(t);
  for (const command of ['crit-filter true lines', "crit-map '' lines"]) {
    const shown = await onTerminal(command, cwd);
    assert.doesNotMatch(shown, ACTING, command);
    assert.deepEqual(parseLines(Buffer.from(shown)), parseLines(Buffer.from(LINES)));
  }
});

test('lines that go elsewhere are what they were', async (t) => {
  for (const command of ['crit-filter true lines', "crit-map '' lines"]) {
    const { stdout, stderr } = await shell(`${command} | cat`, [], { cwd: inputs(t) });
    assert.deepEqual([stdout.toString(), stderr], [LINES, '']);
  }
});

test('text for people is safe wherever it goes, and values for programs are exact', async (t) => {
  const cwd = inputs(t);
  const { stderr } = await shell('crit-pack -C d entries', [], { cwd });
  assert.equal(stderr, '');
  const text = await shell('crit x d ps | head -n 5', [], { cwd });
  assert.match(text.stdout.toString(), /a\\x1b\[2J\\u202e\n$/);
  const json = await shell('crit x --ndjson d ps', [], { cwd });
  assert.ok(json.stdout.includes('a\\u001b[2J\u202e"'));
});

test('a document of CRIT on a terminal is safe as well', { skip }, async (t) => {
  const cwd = inputs(t);
  await shell('crit-pack -C d entries', [], { cwd });
  for (const command of ['crit decode -i d/core-1.img', 'crit show d/core-1.img', 'crit x --ndjson d ps']) {
    const shown = await onTerminal(command, cwd);
    assert.doesNotMatch(shown, ACTING, command);
    assert.ok(shown.includes(String.raw`a\u001b[2J\u202e`), command);
  }
});
