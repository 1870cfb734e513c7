/** What is named in the wrong way is an error that says what to name instead, and standard input may be anything. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const simple = fileURLToPath(new URL('../fixtures/real/simple/', import.meta.url));

for (const [command, args] of [
  ['crit-grep', ['-F', 'x']],
  ['crit-mem', []],
] as const) {
  test(`${command} of raw memory alone says what to name`, () => {
    const { status, stderr } = spawnSync(`${bin}${command}`, [...args, `${simple}pages-1.img`], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /pages-1\.img: raw memory, whose addresses are in a pagemap: name the directory/);
  });
}

test('crit x of an image says what to name', () => {
  const { status, stderr } = spawnSync(`${bin}crit`, ['x', `${simple}pstree.img`, 'ps'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /pstree\.img: a single file: name the directory or the archive of its checkpoint/);
});

test('crit-stats reads standard input from a socket, which is what other programs give it', () => {
  const input = readFileSync(`${simple}stats-dump`);
  const { status, stdout, stderr } = spawnSync(`${bin}crit-stats`, ['--json', '-'], { input, encoding: 'utf8' });
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /"pages_written"/);
});

test('a full disk behind standard output is named', { skip: process.platform !== 'linux' && 'no /dev/full' }, () => {
  const { status, stderr } = spawnSync('/bin/sh', ['-c', `"${bin}crit-cat" "${simple}pstree.img" > /dev/full`], {
    encoding: 'utf8',
  });
  assert.equal(status, 2);
  assert.equal(stderr, 'crit-cat: standard output: no space left on device\n');
});
