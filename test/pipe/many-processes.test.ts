/** No command needs more descriptors for more processes, nor much more memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildMany } from '../memory/many-processes.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const PROCESSES = 900;

const COMMANDS: readonly (readonly [command: string, lines: number])[] = [
  ['crit x "$1" ps --args', PROCESSES + 1],
  ['crit x "$1" fds --ndjson', 3 * PROCESSES],
  ['crit x "$1" mems --ndjson', PROCESSES],
  ['crit x "$1" rss --ndjson', PROCESSES],
  ['crit-mem --map --json "$1"', PROCESSES],
  ['crit-mem --args "$1"', PROCESSES],
  ['crit-grep -F "process 9" "$1"', 100],
  ['crit-cat --at -m PAGES "$1" | grep "\\"vma\\""', PROCESSES],
  ['crit-inspect --files "$1" | grep -E "^ +[0-9]+  +process"', PROCESSES],
  ['crit-core --list --json "$1"', PROCESSES],
];

test(`${PROCESSES} processes with 64 descriptors`, async (t) => {
  const directory = buildMany(temporary(t), PROCESSES);
  for (const [command, lines] of COMMANDS) {
    const script = `ulimit -n 64; ${command} | wc -l`;
    const { stdout, stderr } = await shell(script, [directory]);
    assert.deepEqual([stderr, Number(stdout)], ['', lines], command);
  }
});
