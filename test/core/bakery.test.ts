/** What debuggers show of a real dump of four threads in known functions: names, lines, values. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Sysroot } from '../../src/core/sysroot.ts';
import { fixture } from '../fixtures.ts';
import { temporary } from '../temporary.ts';
import { coreOf } from './core-of.ts';
import { debug, without } from './debugger.ts';

const PROGRAM = fixture('bakery/bakery');
const DUMP = fixture('bakery/dump');
const PID = 4845;

/** Functions with their arguments and lines, the innermost first, of each thread. */
const BACKTRACES = [
  'call (number=34, a=90, b=0, c=0, d=0) at ./bakery.c:24',
  'bake (temperature=90) at ./bakery.c:34',
  'knead (minutes=9) at ./bakery.c:40',
  'mill (grains=7) at ./bakery.c:45',
  'main () at ./bakery.c:88',
  '',
  'call (number=34, a=220, b=0, c=0, d=0) at ./bakery.c:24',
  'bake (temperature=220) at ./bakery.c:34',
  'baker () at ./bakery.c:48',
  '',
  'call (number=34, a=150, b=0, c=0, d=0) at ./bakery.c:24',
  'bake (temperature=150) at ./bakery.c:34',
  'knead (minutes=15) at ./bakery.c:40',
  'kneader () at ./bakery.c:49',
  '',
  'call (number=34, a=420, b=0, c=0, d=0) at ./bakery.c:24',
  'bake (temperature=420) at ./bakery.c:34',
  'knead (minutes=42) at ./bakery.c:40',
  'mill (grains=40) at ./bakery.c:45',
  'miller () at ./bakery.c:50',
];

function core(t: TestContext): string {
  const path = join(temporary(t), 'core');
  writeFileSync(path, coreOf(DUMP, PID));
  return path;
}

for (const gdb of ['gdb', 'gdb-multiarch']) {
  test(`${gdb}: threads, backtraces, variables, memory`, { skip: without(gdb) }, (t) => {
    const threads = ['bt', 'thread 2', 'bt', 'thread 3', 'bt', 'thread 4', 'bt'];
    const values = ['print *shelf', 'print *shelf->next', 'x/s sign', 'print waiting', 'info threads', 'info auxv'];
    const text = debug(gdb, [PROGRAM, core(t)], [...threads, 'thread 1', ...values]);
    const [, ...rest] = text.split(/^\[Current thread is 1/m);
    const frames = rest
      .join('')
      .split(/^\[Switching to thread .*\n#0 .*\n.*\n/m)
      .slice(0, 4)
      .map((part) => [...part.matchAll(/^#\d+ +(?:0x[0-9a-f]+ in )?(.*)$/gm)].map(([, frame]) => frame))
      .map((list) => list.filter((frame) => !frame?.startsWith('begin ()')).join('\n'));
    assert.equal(frames.join('\n\n'), BACKTRACES.join('\n'));
    assert.match(text, /\{number = 2, name = 0x402004 "wheat", weight = 0\.75, next = 0x1d122000\}/);
    assert.match(text, /\{number = 1, name = 0x402000 "rye", weight = 1\.5, next = 0x0\}/);
    assert.match(text, /"Closed, as the program was built"/);
    assert.match(text, /\$3 = 4\n/);
    assert.deepEqual(text.match(/LWP \d+\) +call|LWP \d+\) +0x[0-9a-f]+ in call|Thread|LWP 48\d\d(?= )/g)?.length, 4);
    assert.match(text, /AT_ENTRY .* 0x401282\n/);
    assert.match(text, /AT_EXECFN .* "\/srv\/bakery\/bakery"\n/);
  });
}

test('lldb: threads, backtraces, a variable', { skip: without('lldb') }, (t) => {
  const commands = ['thread backtrace all', 'print *shelf', 'memory read --format s --count 1 (long)&sign'];
  const words = ['--no-lldbinit', '--batch', '--core', core(t), PROGRAM, ...commands.flatMap((each) => ['-o', each])];
  const { stdout } = spawnSync('lldb', words, { encoding: 'utf8' });
  const frames = [...stdout.matchAll(/^ +\*? *frame #\d+: 0x[0-9a-f]+ bakery`(.*):\d+$/gm)].map(
    ([, frame = '']) => frame,
  );
  // It writes names and places in its own way.
  const expected = BACKTRACES.filter((frame) => frame !== '').map((frame) =>
    frame.replace(' (', '(').replace('()', '').replace('./', ''),
  );
  const known = new Set(expected);
  assert.deepEqual(
    frames.filter((frame) => known.has(frame)),
    expected,
  );
  assert.match(stdout, /number = 2\n.*\n +weight = 0\.75/);
  assert.match(stdout, /"Closed, as the program was built"/);
});

test('eu-stack: threads and frames', { skip: without('eu-stack') }, (t) => {
  const { stdout } = spawnSync('eu-stack', ['--core', core(t), '--executable', PROGRAM], { encoding: 'utf8' });
  const threads = stdout.split(/^TID /m).slice(1);
  // It takes names from files at the paths that were mapped, and there are none of this program.
  assert.deepEqual(
    threads.map((text) => [...text.matchAll(/^#\d+ +0x0+([0-9a-f]+)/gm)].map(([, address]) => address)),
    [
      ['401039', '40107a', '40109a', '4010b7', '401280', '40128d'],
      ['401039', '40107a', '4010ca', '4010f7'],
      ['401039', '40107a', '40109a', '4010db', '4010f7'],
      ['401039', '40107a', '40109a', '4010b7', '4010ec', '4010f7'],
    ],
  );
});

test(
  'with the files of its container in it, a core needs no program to show its constants',
  { skip: without('gdb') },
  (t) => {
    const root = temporary(t);
    mkdirSync(join(root, 'srv/bakery'), { recursive: true });
    copyFileSync(PROGRAM, join(root, 'srv/bakery/bakery'));
    const path = join(root, 'core');
    writeFileSync(path, coreOf(DUMP, PID, { sysroot: new Sysroot(root) }));
    assert.match(debug('gdb', ['-core', path], ['x/s 0x402004']), /0x402004:\t"wheat"/);
    assert.doesNotMatch(debug('gdb', ['-core', core(t)], ['x/s 0x402004']), /wheat/);
  },
);
