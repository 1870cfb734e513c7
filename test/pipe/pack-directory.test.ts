import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stagingPath } from '../../src/files/staging.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('the mode of an image survives the pipe, less what the umask takes', async (t) => {
  const directory = temporary(t);
  const dump = join(directory, 'dump');
  cpSync(fixture('real/simple'), dump, { recursive: true });
  for (const name of readdirSync(dump)) chmodSync(join(dump, name), 0o600);
  chmodSync(join(dump, 'pstree.img'), 0o644);
  chmodSync(join(dump, 'core-2512.img'), 0o400);
  const pack = async (umask: string, out: string): Promise<string[]> => {
    const { codes } = await shell(`umask ${umask}; crit-cat dump | crit-pack -C "$1"`, [out], { cwd: directory });
    assert.deepEqual(codes, [0, 0]);
    return ['pstree.img', 'core-2512.img', 'files.img'].map((name) => mode(join(directory, out, name)));
  };
  assert.deepEqual(await pack('022', 'out'), ['644', '400', '600']);
  assert.deepEqual(await pack('077', 'private'), ['600', '400', '600']);
  const { codes } = await shell('umask 022; crit-cat dump/pstree.img | crit-pack -o one.img', [], { cwd: directory });
  assert.deepEqual(codes, [0, 0]);
  assert.equal(mode(join(directory, 'one.img')), '644');
});

test('members of an archive have the modes that it tells, and no bits beside them', async (t) => {
  const directory = temporary(t);
  const lines = '{"image":"a","magic":"RAW","begin":{"tar":{"mode":"04755"}}}\n{"image":"a","magic":"RAW","end":{}}\n';
  const { codes } = await shell('umask 022; crit-pack -C out', [], { cwd: directory, input: lines });
  assert.deepEqual(codes, [0]);
  assert.equal((statSync(join(directory, 'out/a')).mode & 0o7777).toString(8), '755');
});

test('--sync waits for files and directories before they appear', async (t) => {
  const directory = temporary(t);
  if ((await shell('strace -V > /dev/null 2>&1')).codes[0] !== 0) {
    t.skip('needs strace');
    return;
  }
  const lines = '{"image":"a","magic":"RAW","begin":{}}\n{"image":"a","magic":"RAW","end":{}}\n';
  const traced = async (options: string): Promise<string[]> => {
    const script = `strace -f -o trace -e trace=fsync,rename "$(command -v node)" "$(command -v crit-pack)" ${options}`;
    assert.deepEqual((await shell(script, [], { cwd: directory, input: lines })).codes, [0]);
    const calls = readFileSync(join(directory, 'trace'), 'utf8').matchAll(/(fsync|rename)\(/g);
    return [...calls].map(([, call]) => call ?? '');
  };
  assert.deepEqual(await traced('-C new --sync'), ['fsync', 'fsync', 'rename', 'fsync']);
  assert.deepEqual(await traced('-o file --sync'), ['fsync', 'rename', 'fsync']);
  assert.deepEqual(await traced('-C plain'), ['rename']);
});

test('names of a great many levels are one error, and nothing is left', async (t) => {
  const directory = temporary(t);
  const name = 'd/'.repeat(2600) + 'f';
  const lines = `{"image":"${name}","magic":"RAW","begin":{}}\n{"image":"${name}","magic":"RAW","end":{}}\n`;
  const { codes, stderr } = await shell('crit-pack -C out', [], { cwd: directory, input: lines });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /: name too long\n$/);
  assert.deepEqual(readdirSync(directory), []);
});

test('what a killed process left is cleared away by the next, what a living one has is not', async (t) => {
  const directory = temporary(t);
  const out = join(directory, 'out');
  mkdirSync(out);
  const living = stagingPath(out);
  const dead = living.replace(`.${process.pid}.`, '.4194999.');
  for (const path of [living, dead]) {
    mkdirSync(path);
    writeFileSync(join(path, 'pstree.img'), 'x');
  }
  const lines = '{"image":"a","magic":"RAW","begin":{}}\n{"image":"a","magic":"RAW","end":{}}\n';
  assert.deepEqual((await shell('crit-pack -C out', [], { cwd: directory, input: lines })).codes, [0]);
  assert.deepEqual(readdirSync(out).sort(), [living.slice(out.length + 1), 'a']);
});

test('SIGQUIT cleans up as the other signals do', async (t) => {
  const directory = temporary(t);
  const script = `(echo '{"image":"a","magic":"RAW","begin":{}}'; sleep 20) | crit-pack -C out & 
    until ls -A | grep -q crit-pack; do sleep 0.05; done; sleep 0.2
    ulimit -c 0; kill -QUIT $!; wait $!; echo $?; ls -A`;
  const { stdout } = await shell(script, [], { cwd: directory });
  assert.equal(stdout.toString(), '131\n');
});
