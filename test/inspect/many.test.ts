/** Many checkpoints: a row each, without unpacking any. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { archive } from '../container/build-tar.ts';
import { CHECKPOINTS, fixture, fixtureNames } from '../fixtures.ts';
import { inspect } from '../../src/inspect/inspect.ts';
import { overview, type Overview } from '../../src/inspect/overview.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const script = spawnSync('script', ['--version'], { encoding: 'utf8' });
const noScript = !script.stdout?.includes('util-linux') && 'script of util-linux is not here';

const archives = fixture('archives');
const podman = fixture('archives/podman-counter.tar');
/** No place to unpack anything. */
const NOWHERE = { TMPDIR: '/nowhere' };

function linesOf(stdout: Buffer): string[] {
  return stdout.toString().split('\n').slice(0, -1);
}

/** What `overview` and `inspect` both tell. */
function common({
  container,
  criu,
  isPreDump,
  sizes,
}: Pick<Overview, 'container' | 'criu' | 'isPreDump' | 'sizes'>): object {
  return { container, criu, isPreDump, sizes };
}

test('a row says the same as a whole inspection', async () => {
  const paths = [
    ...fixtureNames('archives').map((name) => fixture(`archives/${name}`)),
    ...CHECKPOINTS.filter((name) => !['incremental', 'cpuinfo'].includes(name)).map((name) => fixture(`real/${name}`)),
    ...['1', '2'].map((name) => fixture(`real/incremental/${name}`)),
  ];
  assert.ok(paths.length > 30);
  for (const path of paths) {
    const [row, whole] = [await overview(path), await inspect(path)];
    assert.deepEqual(common(row), common(whole), path);
    assert.equal(row.processes ?? 0, row.isPreDump ? 0 : whole.processes.length, path);
    for (const { kind, image } of row.unusual.filter((each) => each.kind === 'missing'))
      assert.ok(
        whole.unusual.some((each) => each.kind === kind && each.image === image),
        `${path}: ${image}`,
      );
  }
});

test('a folder of archives is a table, and nothing is unpacked', async () => {
  const { stdout, stderr, codes } = await shell('crit-inspect "$1"', [archives], { env: NOWHERE });
  assert.deepEqual([stderr, codes], ['', [0]]);
  const [head, ...rows] = linesOf(stdout);
  assert.match(head ?? '', /^NAME +POD +IMAGE +ENGINE +CREATED +PROCESSES +MEMORY +SIZE +CRIU +PATH$/);
  assert.deepEqual(
    rows.map((row) => row.split(' ').at(-1)),
    fixtureNames('archives').map((name) => join(archives, name)),
  );
  assert.match(
    rows[1] ?? '',
    /^k8s_counter_pod_default_0_1 +default\/pod +\S+ +CRI-O +2026-01-02T04:05:06Z +1 +56 KiB +108.2 KiB +4.1.1 /,
  );
});

test('several that are named, and folders, are rows together; --json prints a line for each', async (t) => {
  const folder = temporary(t);
  cpSync(fixture('real/simple'), join(folder, 'one'), { recursive: true });
  cpSync(fixture('real/procs'), join(folder, 'two'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  writeFileSync(join(folder, 'notes.txt'), 'no checkpoint');
  const { stdout, stderr, codes } = await shell('crit-inspect --json "$@"', [folder, podman]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  const rows = linesOf(stdout).map((line): { path: string; processes: number } => JSON.parse(line));
  assert.deepEqual(
    rows.map(({ path, processes }) => [path, processes]),
    [
      [join(folder, 'one'), 1],
      [join(folder, 'two'), 9],
      [podman, 1],
    ],
  );
});

test('a broken archive is a row that says so, and exit code 2 at the end', async (t) => {
  const folder = temporary(t);
  const whole = readFileSync(podman);
  copyFileSync(podman, join(folder, 'a.tar'));
  writeFileSync(join(folder, 'b.tar'), whole.subarray(0, 20_000));
  writeFileSync(join(folder, 'c.tar'), 'no archive');
  writeFileSync(join(folder, 'd.tar'), archive({ name: 'x', contents: 'x' }));
  writeFileSync(join(folder, 'e.tar'), archive({ name: 'pstree.img', contents: 'x' }));
  const { stdout, stderr, codes } = await shell('crit-inspect --columns unusual,path "$1"', [folder]);
  assert.deepEqual([stderr, codes], ['', [2]]);
  assert.deepEqual(
    linesOf(stdout).map((line) => line.split(/ {2,}/).map((cell) => cell.replace(`${folder}/`, ''))),
    [
      ['UNUSUAL', 'PATH'],
      ['', 'a.tar'],
      ['config.dump: byte 20000: truncated archive: 6249 more bytes of its contents expected', 'b.tar'],
      ['is named like an archive but does not begin like one: damaged, or empty', 'c.tar'],
      ['is no checkpoint: neither pstree.img nor checkpoint/pstree.img is there', 'd.tar'],
      [
        'pstree.img: byte 0: truncated: 4 bytes expected as the beginning of a PSTREE image, 1 there; inventory.img is not there',
        'e.tar',
      ],
    ],
  );
  const json = await shell('crit-inspect --json "$@"', [join(folder, 'b.tar'), '/nowhere', podman]);
  const rows = linesOf(json.stdout).map((line): { error?: string } => JSON.parse(line));
  assert.deepEqual(json.codes, [2]);
  assert.match(rows[0]?.error ?? '', /truncated/);
  assert.deepEqual(rows[1], { path: '/nowhere', error: 'no such file or directory' });
  assert.equal(rows[2]?.error, undefined);
});

test('--sort orders the rows by value, with a dash the other way round', async () => {
  const paths = ['procs', 'simple', 'fds'].map((name) => fixture(`real/${name}`));
  const order = async (sort: string): Promise<string[]> => {
    const { stdout, stderr } = await shell('sort=$1; shift; crit-inspect --json --sort="$sort" "$@"', [sort, ...paths]);
    assert.equal(stderr, '');
    return linesOf(stdout).map((line) => {
      const { path }: { path: string } = JSON.parse(line);
      return path.replace(/.*\//, '');
    });
  };
  assert.deepEqual(await order('memory'), ['simple', 'fds', 'procs']);
  assert.deepEqual(await order('-processes'), ['procs', 'fds', 'simple']);
  assert.deepEqual(await order('path'), ['fds', 'procs', 'simple']);
});

test('the table fits the terminal', { skip: noScript }, async () => {
  for (const width of [60, 100]) {
    const { stdout } = await shell('script -qec "stty cols $2; crit-inspect $1" /dev/null', [archives, String(width)]);
    const lines = stdout.toString().replaceAll('\r', '').trimEnd().split('\n');
    assert.equal(lines.length, fixtureNames('archives').length + 1);
    const longest = Math.max(...lines.map((line) => line.length));
    // Numbers stay whole, and no column of text becomes narrower than 8.
    assert.ok(longest <= Math.max(width, 96), `${longest} columns`);
    if (width === 100) assert.ok(longest > 90, `${longest} columns`);
  }
});

test('names cannot act on a terminal', async (t) => {
  const folder = temporary(t);
  const config = JSON.stringify({ name: 'a\u001b[2J\u202eb' });
  writeFileSync(join(folder, 'a.tar'), archive({ name: 'config.dump', contents: config }));
  writeFileSync(join(folder, 'b.tar'), archive({ name: 'config.dump', contents: '{"name": 5}' }));
  const { stdout, stderr, codes } = await shell('crit-inspect --columns name,unusual "$1"', [folder]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(linesOf(stdout).slice(1), ['a\\x1b[2J\\u202eb  no images', '                 no images']);
});

const MISTAKES: readonly (readonly [script: string, message: RegExp])[] = [
  ['crit-inspect --columns nmae "$1"', /no column nmae, but name, pod, .*; did you mean name\?/],
  ['crit-inspect --sort big "$1"', /no column big/],
  ['crit-inspect --files "$1"', /--files goes with one checkpoint/],
  ['crit-inspect --sort size "$1/podman-counter.tar"', /--sort goes with several checkpoints/],
];

for (const [command, message] of MISTAKES) {
  test(`${command} - is a mistake that is told`, async () => {
    const { stdout, stderr, codes } = await shell(command, [archives]);
    assert.deepEqual([stdout.toString(), codes], ['', [2]]);
    assert.match(stderr, message);
  });
}
