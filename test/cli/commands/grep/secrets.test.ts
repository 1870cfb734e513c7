/** crit-grep --secrets finds what was planted in memory, and prints no more of it than it is asked for. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ANON_PRIVATE, PAGE, buildCheckpoint } from '../../../memory/build-checkpoint.ts';
import { shell } from '../../../shell.ts';
import { temporary } from '../../../temporary.ts';

const BASE = 0x6f00_0000_0000;
// In two parts, so that no scanner takes this file for a leak.
const TOKEN = ['ghp', 'k3u8V0qZ7wLm2Xc9Rt5Yb1Nd6Hs4Jf0GaEoP'].join('_');
const PASSWORD = 'hunter2-and-more';
const GENERIC = 'api_key: "zq81mv0xk27dplw93hbt"';

/** The first area is the stack. The token goes across the border of two entries. */
function build(directory: string): string {
  const pages = Buffer.alloc(3 * PAGE);
  pages.write(TOKEN, PAGE - 11);
  pages.write(`DB_PASSWORD=${PASSWORD}`, 2 * PAGE + 100);
  pages.write(GENERIC, 2 * PAGE + 1000);
  return buildCheckpoint(directory, {
    processes: [
      {
        pid: 7,
        name: 'first',
        areas: [{ start: BASE, end: BASE + 3 * PAGE, kind: ANON_PRIVATE }],
        pages: [
          { at: BASE, data: pages.subarray(0, PAGE) },
          { at: BASE + PAGE, data: pages.subarray(PAGE) },
        ],
      },
      {
        pid: 8,
        name: 'clean',
        areas: [{ start: BASE, end: BASE + PAGE, kind: ANON_PRIVATE }],
        pages: [{ at: BASE, data: Buffer.alloc(PAGE, 'nothing here. ') }],
      },
    ],
  });
}

test('secrets are named, placed and masked', async (t) => {
  const dump = build(join(temporary(t), 'dump'));
  const { stdout, stderr, codes } = await shell('crit-grep --secrets "$1"', [dump]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(stdout.toString().trimEnd().split('\n'), [
    '7\tfirst\t[stack]\t0x6f0000000ff5\tgithub-token\tghp_... (40 bytes)',
    '7\tfirst\t[stack]\t0x6f0000002064\tenv-password\thunt... (16 bytes)',
  ]);
});

test('--json has rule and place, and the secret with --show alone', async (t) => {
  const dump = build(join(temporary(t), 'dump'));
  const masked = (await shell('crit-grep --secrets --json --rule env-password "$1"', [dump])).stdout.toString();
  assert.ok(!masked.includes(PASSWORD));
  const { description, ...value } = JSON.parse(masked);
  assert.equal(typeof description, 'string');
  assert.deepEqual(value, {
    pid: 7,
    comm: 'first',
    vma: '[stack]',
    prot: 'rw-',
    address: '0x6f0000002064',
    length: 28,
    rule: 'env-password',
    secret_at: 12,
    secret_length: 16,
    masked: 'hunt... (16 bytes)',
  });
  const shown = (await shell('crit-grep --secrets --json --show "$1"', [dump])).stdout.toString();
  const secrets = shown
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line).secret);
  assert.deepEqual(secrets, [TOKEN, PASSWORD]);
});

test('the exit code tells whether there is a secret', async (t) => {
  const dump = build(join(temporary(t), 'dump'));
  const { stdout, codes } = await shell('crit-grep --secrets -p 8 "$1"', [dump]);
  assert.deepEqual([stdout.toString(), codes], ['', [1]]);
  assert.deepEqual(
    (await shell('crit-grep --secrets -c "$1"', [dump])).stdout.toString(),
    '7\tfirst\t2\n8\tclean\t0\n',
  );
});

test('broad rules are used where they are named', async (t) => {
  const dump = build(join(temporary(t), 'dump'));
  const { stdout } = await shell('crit-grep --secrets --rule generic-secret --show "$1"', [dump]);
  assert.match(stdout.toString(), /\tgeneric-secret\tzq81mv0xk27dplw93hbt\n/);
  const list = (await shell('crit-grep --list-rules')).stdout.toString();
  assert.match(list, /^generic-secret\t.*\(only with --rule\)$/m);
  assert.match(list, /^github-token\ta token of GitHub$/m);
});

test('--rules adds those of a file, which take the place of ours with the same id', async (t) => {
  const directory = temporary(t);
  const dump = build(join(directory, 'dump'));
  const file = join(directory, 'rules.toml');
  const rule = (id: string, regex: string): string =>
    `[[rules]]\nid = "${id}"\nregex = '${regex}'\ndescription = "own"\n`;
  writeFileSync(file, `${rule('own', 'api_key: "([a-z0-9]+)"')}${rule('github-token', 'nothing like it')}`);
  const { stdout, stderr, codes } = await shell('crit-grep --secrets --rules "$1" --show "$2"', [file, dump]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(stdout.toString().trimEnd().split('\n'), [
    `7\tfirst\t[stack]\t0x6f0000002064\tenv-password\t${PASSWORD}`,
    '7\tfirst\t[stack]\t0x6f00000023e8\town\tzq81mv0xk27dplw93hbt',
  ]);
  const alone = await shell('crit-grep --secrets --rules "$1" --rule own -c -p 7 "$2"', [file, dump]);
  assert.equal(alone.stdout.toString(), '7\tfirst\t1\n');
  const list = await shell('crit-grep --rules "$1" --list-rules', [file]);
  assert.match(list.stdout.toString(), /^own\town$/m);
});

test('what is wrong with a file of rules is said with the rule and its line', async (t) => {
  const file = join(temporary(t), 'rules.toml');
  writeFileSync(file, '[[rules]]\nid = "bad"\nregex = "(a"\n');
  const { stderr, codes } = await shell('crit-grep --secrets --rules "$1" x', [file]);
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /rules\.toml: line 2: rule bad: the pattern has a \( without its \), at character 2\n/);
});

const WRONG: Readonly<Record<string, RegExp>> = {
  '--secrets --rule nope x': /no rule is called nope: --list-rules/,
  '--secrets -e x y': /--regexp does not go with it/,
  '--secrets -C 5 x': /--show goes with it/,
  '--secrets': /DIR is missing/,
  '--show x y': /--show goes with --secrets/,
  '--rules x y': /--rules goes with --secrets/,
  '--secrets --rules /dev/zero x': /more than 4 MiB/,
  '--secrets --rules /nowhere x': /\/nowhere: no such file/,
  '--secrets --rule github-tokem x': /did you mean github-token\?/,
};

for (const [args, message] of Object.entries(WRONG)) {
  test(`wrong usage: ${args}`, async () => {
    const { stderr, codes } = await shell(`crit-grep ${args}`);
    assert.match(stderr, message);
    assert.deepEqual(codes, [2]);
  });
}
