/** `crit-pack --compress`: what it writes is what `crit compress` makes of the same images, in whatever order the lines come. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { fixture } from '../fixtures.ts';
import { PAGE, buildCheckpoint } from '../memory/build-checkpoint.ts';
import { shell, type Outcome } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

/** Runs a script with a private TMPDIR, in which nothing may be left. */
async function run(t: TestContext, script: string, args: readonly string[]): Promise<Outcome> {
  const waiting = temporary(t);
  const outcome = await shell(script, args, { env: { TMPDIR: waiting } });
  assert.deepEqual(readdirSync(waiting), []);
  return outcome;
}

async function compressed(t: TestContext, name: string): Promise<[directory: string, tree: Record<string, string>]> {
  const directory = temporary(t);
  cpSync(fixture(`real/${name}`), join(directory, 'by-crit'), { recursive: true });
  const { codes } = await run(t, 'crit compress --in-place "$1"', [join(directory, 'by-crit')]);
  assert.deepEqual(codes, [0]);
  return [directory, readTree(join(directory, 'by-crit'))];
}

test('in every order of the lines, into a directory, an archive and a stream', async (t) => {
  const [directory, expected] = await compressed(t, 'mem');
  const ways = {
    usual: 'crit-cat "$1" | crit-pack --compress -C "$2/usual"',
    'pages first':
      '{ crit-cat -m PAGES "$1"; crit-cat "$1" | grep -v \'"PAGES"\'; } | crit-pack --compress -C "$2/pages first"',
    'in turn':
      'paste -d "\\n" <(crit-cat -m PAGEMAP,INVENTORY "$1") <(crit-cat "$1" | grep -v \'"PAGEMAP"\\|"INVENTORY"\') | grep . | crit-pack --compress -C "$2/in turn"',
    tar: 'crit-cat "$1" | crit-pack --compress --tar -o "$2/a.tar" && mkdir "$2/tar" && tar -xf "$2/a.tar" -C "$2/tar"',
    stream:
      'crit-cat "$1" | crit-pack --compress --stream -o "$2/a.stream" && crit-cat "$2/a.stream" | crit-pack -C "$2/stream"',
  };
  for (const [way, script] of Object.entries(ways)) {
    const { stderr, codes } = await run(t, script, [fixture('real/mem'), directory]);
    assert.deepEqual([stderr, codes.at(-1)], ['', 0], way);
    assert.deepEqual(readTree(join(directory, way)), expected, way);
  }
});

test('in an archive of a container, the images alone change, and decompress to what they were', async (t) => {
  const directory = temporary(t);
  const { stderr, codes } = await run(
    t,
    'crit-cat "$1" | crit-pack --compress --tar -o "$2/small.tar" && crit-cat "$2/small.tar" | crit-pack -C "$2/small" && ' +
      'crit decompress --in-place "$2/small/checkpoint" > "$2/said" && crit-cat "$1" | crit-pack -C "$2/plain"',
    [fixture('archives/podman-counter.tar'), directory],
  );
  assert.deepEqual([stderr, codes], ['', [0, 0]]);
  assert.deepEqual(readTree(join(directory, 'small')), readTree(join(directory, 'plain')));
});

test('huge pages are stored as they are, and an error where that is told too late', async (t) => {
  const directory = temporary(t);
  const area = {
    start: 0x7f0000000000,
    end: 0x7f0000000000 + 4 * PAGE,
    kind: { flags: 0x40021, status: 0x101 },
    shmid: 5,
  };
  const data = Buffer.alloc(4 * PAGE, 'abcd');
  buildCheckpoint(join(directory, 'dump'), {
    processes: [
      { pid: 7, areas: [], pages: [] },
      { pid: 8, areas: [area], pages: [] },
    ],
    shared: { 5: [{ at: 0, data }] },
  });
  const usual = await run(t, 'crit-cat "$1/dump" | crit-pack --compress -C "$1/a" && crit-mem -p 8 --map "$1/a"', [
    directory,
  ]);
  assert.deepEqual(usual.codes, [0]);
  assert.equal(readTree(join(directory, 'a'))['pages-1.img'], readTree(join(directory, 'dump'))['pages-1.img']);
  const late = await run(
    t,
    '{ crit-cat "$1/dump" | grep -v mm-8; crit-cat -i mm-8.img "$1/dump"; } | crit-pack --compress -C "$1/b"',
    [directory],
  );
  assert.match(
    late.stderr,
    /^crit-pack: pagemap-shmem-5\.img: has huge pages .*: pack without --compress, and let crit compress do it\n$/,
  );
  assert.ok(!existsSync(join(directory, 'b')));
});

test('what cannot be compressed is an error, and nothing is there', async (t) => {
  const [directory] = await compressed(t, 'simple');
  const simple = fixture('real/simple');
  const cases: readonly (readonly [script: string, reason: RegExp])[] = [
    [
      'crit-cat "$1/by-crit" | crit-pack --compress -C "$1/out"',
      /pagemap-2512\.img: .*its pages are compressed already/,
    ],
    [
      'crit-cat -i inventory.img "$1/by-crit" | crit-pack --compress -C "$1/out"',
      /inventory\.img: says that pages are compressed already/,
    ],
    ['crit-cat -m PAGES "$2" | crit-pack --compress -C "$1/out"', /pages-1\.img: no pagemap has come that tells of it/],
    [
      'crit-cat -m PAGEMAP "$2" | crit-pack --compress -C "$1/out"',
      /pagemap-2512\.img: tells of pages-1\.img, which has not come/,
    ],
    [
      'crit-cat -m PAGEMAP,PAGES "$2" | crit-pack --compress -C "$1/out"',
      /inventory\.img: has not come, and must say that pages are compressed/,
    ],
    [
      'crit-cat -m PAGEMAP "$2" | crit-pack --compress -o "$1/out"',
      /--compress changes several images: give -C DIR, --tar or --stream/,
    ],
    ['crit-cat "$3" | crit-pack --compress -C "$1/out"', /1\/inventory\.img: has the version 0, that of a pre-dump/],
    [
      '{ crit-cat "$2" | grep -v PAGES; crit-cat -m PAGES "$2" | sed \'s/"fill":0/"fill":9/; $d\'; } | crit-pack --compress -C "$1/out"',
      /pages-1\.img: begun, but never ended/,
    ],
  ];
  for (const [script, reason] of cases) {
    const { stderr, codes } = await run(t, script, [directory, simple, fixture('real/incremental')]);
    assert.match(stderr, reason, script);
    assert.equal(codes.at(-1), 2);
    assert.deepEqual(readdirSync(directory), ['by-crit'], script);
  }
});

test('memory is constant', async (t) => {
  const directory = temporary(t);
  buildCheckpoint(join(directory, 'dump'), {
    processes: [
      { pid: 7, areas: [], pages: [{ at: 0x7f0000000000, data: Buffer.alloc(160 * 2 ** 20, 'a text of some bytes') }] },
    ],
  });
  for (const order of ['crit-cat "$1/dump"', '{ crit-cat -m PAGES "$1/dump"; crit-cat "$1/dump" | grep -v PAGES; }']) {
    const { stderr, codes, peak } = await shell(
      `${order} | crit-pack --compress -C "$1/out"; rm -r "$1/out"`,
      [directory],
      {
        measure: true,
      },
    );
    assert.deepEqual([stderr, codes], ['', [0]]);
    assert.ok(peak < 120, `${peak} MiB`);
  }
});
