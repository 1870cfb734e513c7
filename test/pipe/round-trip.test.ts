import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHECKPOINTS, OUT_OF_ORDER, UNUSUAL, fixture, fixtureNames } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

const usual = fixtureNames('crafted').filter((name) => !UNUSUAL.includes(name));
const jq = (await shell('command -v jq > /dev/null')).codes[0] === 0;

/** What may stand between crit-cat and crit-pack without changing anything. */
const BETWEEN: Record<string, { filters?: string; human?: boolean; skip?: string | false }> = {
  'nothing between': {},
  'crit-filter true': { filters: 'crit-filter true' },
  'crit-map with no code': { filters: "crit-map ''" },
  jq: { filters: 'jq -c .', skip: !jq && 'jq is not installed' },
  '--human': { human: true },
  '--human, jq, crit-filter and crit-map': {
    filters: "jq -c . | crit-filter true | crit-map ''",
    human: true,
    skip: !jq && 'jq is not installed',
  },
};

for (const [between, { filters = 'cat', human = false, skip = false }] of Object.entries(BETWEEN)) {
  const pipe = `crit-cat ${human ? '--human' : ''} "$@" | ${filters} | crit-pack -C "$OUT"`;

  test(`every checkpoint comes back whole: ${between}`, { skip }, async (t) => {
    const OUT = join(temporary(t), 'out');
    const { stderr, codes } = await shell(pipe, [fixture('real')], { env: { OUT } });
    assert.deepEqual([stderr, new Set(codes)], ['', new Set([0])]);
    assert.deepEqual(readTree(OUT), readTree(fixture('real')));
  });

  test(`every crafted image comes back whole: ${between}`, { skip }, async (t) => {
    const OUT = join(temporary(t), 'out');
    const { stderr, codes } = await shell(pipe, usual, { env: { OUT }, cwd: fixture('crafted') });
    assert.deepEqual(new Set(codes), new Set([0]));
    const warned = [...stderr.matchAll(/^crit-cat: warning: (\S+\.img): .*\n/gm)];
    assert.deepEqual([warned.map(([line]) => line).join(''), warned.map(([, name]) => name)], [stderr, OUT_OF_ORDER]);
    const expected = Object.entries(readTree(fixture('crafted'))).filter(([file]) => usual.includes(file));
    assert.deepEqual(readTree(OUT), Object.fromEntries(expected));
  });
}

test('a checkpoint by itself comes back whole', async (t) => {
  const names = ['simple', 'incremental', 'ghost', 'inet-netns', 'v411-ipc'];
  const OUT = temporary(t);
  const script = 'for name; do crit-cat "$name" | crit-pack -C "$OUT/$name" || exit 1; done';
  const { stderr } = await shell(script, names, { env: { OUT }, cwd: fixture('real') });
  assert.equal(stderr, '');
  for (const name of names) assert.deepEqual(readTree(join(OUT, name)), readTree(fixture(`real/${name}`)));
});

test('of several directories, each keeps its name', async (t) => {
  const OUT = temporary(t);
  const directories = CHECKPOINTS.map((name) => fixture(`real/${name}/`));
  const { stderr, codes } = await shell('crit-cat "$@" | crit-pack -C "$OUT"', directories, { env: { OUT } });
  assert.deepEqual([stderr, codes], ['', [0, 0]]);
  assert.deepEqual(readTree(OUT), readTree(fixture('real')));
});

test('lines can be kept in a file and packed later', async (t) => {
  const directory = temporary(t);
  const { stderr, codes } = await shell('crit-cat "$1" > "$2/lines" && crit-pack "$2/lines" -C "$2/out"', [
    fixture('real/ns'),
    directory,
  ]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(readTree(join(directory, 'out')), readTree(fixture('real/ns')));
});

test('the lines are the same every time', async () => {
  const [first, second] = await Promise.all([1, 2].map(() => shell('crit-cat "$1" | cksum', [fixture('real')])));
  assert.deepEqual(first?.stdout, second?.stdout);
});

test('empty directories, odd names and links come back', async (t) => {
  const directory = temporary(t);
  const source = join(directory, 'in');
  mkdirSync(join(source, 'empty/within'), { recursive: true });
  mkdirSync(join(source, 'one/two'), { recursive: true });
  const names = [
    'a b',
    'quote"',
    'back\\slash',
    'tab\t',
    'new\nline',
    'emoji 😀.img',

    '--help',
    '.hidden',
    '*',
    '#1',
    'ü',
    'u\u0308',
    '\u001b[31m',
  ];
  for (const name of names) writeFileSync(join(source, 'one', name), `contents of ${name}`);
  writeFileSync(join(source, 'one/two/pstree.img'), Buffer.from('19435654303027500a00000008001000180020002800', 'hex'));
  symlinkSync('two', join(source, 'one/relative'));
  symlinkSync('/no/such/place', join(source, 'absolute'));
  symlinkSync('../../..', join(source, 'up'));
  symlinkSync('self', join(source, 'self'));
  const { stderr, codes } = await shell('crit-cat "$1" | crit-filter true | crit-pack -C "$2"', [
    source,
    join(directory, 'out'),
  ]);
  assert.deepEqual([stderr, codes], ['', [0, 0, 0]]);
  assert.deepEqual(readTree(join(directory, 'out')), readTree(source));
});
