/** crit-core as people run it. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage } from '../build-image.ts';
import { buildTree, x86Thread } from '../core/build-process.ts';
import { CoreReader } from '../core/elf.ts';
import { fixture } from '../fixtures.ts';
import { ANON_PRIVATE, FILE_PRIVATE, PAGE, type BuiltArea, type BuiltPages } from '../memory/build-checkpoint.ts';
import { encodeWithOracle } from '../oracle.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const REAL = fixture('real');
const START = 0x10000000;
/** MiB that a process may take. */
const MOST = 120;

test('standard output and a file get the same core, the file with holes where memory is zero', async (t) => {
  const directory = temporary(t);
  const size = 4096 * PAGE;
  const data = Buffer.alloc(size);
  data.write('first', 0);
  data.write('last', size - 100);
  const areas = [{ start: START, end: START + size, kind: ANON_PRIVATE }];
  const processes = [{ pid: 7, areas, pages: [{ at: START, data }] }];
  buildTree(join(directory, 'dump'), { processes, threads: { 7: x86Thread() } });
  const script =
    'crit-core dump > out && crit-core -p 7 dump -o core && crit-core dump -o - | cmp - out && cmp out core';
  const { stderr, codes } = await shell(script, [], { cwd: directory });
  assert.deepEqual([stderr, codes], ['', [0]]);
  const core = join(directory, 'core');
  assert.ok(statSync(core).size > size);
  assert.ok(statSync(core).blocks * 512 < size / 8, `${statSync(core).blocks} blocks`);
  assert.equal(new CoreReader(readFileSync(core)).memory(BigInt(START), size)?.equals(data), true);
});

test('--all makes a core of each process, and says which have ended', async (t) => {
  const directory = temporary(t);
  const { stderr, codes } = await shell('crit-core --all -C cores "$1/procs"', [REAL], { cwd: directory });
  assert.deepEqual(codes, [2]);
  assert.deepEqual(stderr.trim().split('\n'), [
    'crit-core: process 2586 has ended: there is no core file of it',
    'crit-core: process 2587 has ended: there is no core file of it',
  ]);
  const pids = [2585, 2588, 2589, 2590, 2591, 2595, 2596];
  assert.deepEqual(
    readdirSync(join(directory, 'cores')).sort(),
    pids.map((pid) => `core.${pid}`),
  );
  const one = await shell('crit-core -p 2591 "$1/procs" | cmp - cores/core.2591', [REAL], { cwd: directory });
  assert.deepEqual([one.stderr, one.codes], ['', [0, 0]]);
});

test('--all makes all of them or none', async (t) => {
  const directory = temporary(t);
  cpSync(join(REAL, 'mem'), join(directory, 'dump'), { recursive: true });
  for (const id of [1, 2, 3, 4, 5]) truncateSync(join(directory, `dump/pages-${id}.img`), 100);
  const { stderr, codes } = await shell('crit-core --all -C cores dump', [], { cwd: directory });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-core: pages-\d\.img: byte \d+: truncated: \d+ bytes expected, \d+ left\n$/);
  assert.deepEqual(readdirSync(directory), ['dump']);
});

test('--list as lines of JSON', async () => {
  const { stdout, stderr, codes } = await shell('crit-core --list --json "$1/procs"', [REAL]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  const lines = stdout
    .toString()
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  assert.equal(lines.length, 9);
  assert.deepEqual(lines.at(-1), { pid: 2591, comm: 'threads', machine: 'x86_64', threads: 4, size: 135168 });
  assert.deepEqual(lines[1], {
    pid: 2586,
    comm: 'corpus:procs',
    reason: 'process 2586 has ended: nothing is left of its memory and registers',
  });
});

test('the size that --list tells is that of the core', async () => {
  const sizes = `crit-core --list --json "$1/mem" | jq '.pid, .size' | paste - -`;
  const script = `${sizes} | while read pid size; do [ $size = $(crit-core -p $pid "$1/mem" | wc -c) ] || echo $pid; done`;
  const { stdout, stderr } = await shell(script, [REAL]);
  assert.deepEqual([stdout.toString(), stderr], ['', '']);
});

test('a checkpoint in an archive', async (t) => {
  const directory = temporary(t);
  const script = 'crit-core --all -C cores "$1"/podman-counter.tar*zst';
  const { stderr, codes } = await shell(script, [fixture('archives')], { cwd: directory });
  assert.deepEqual([stderr, codes], ['', [0]]);
  const [name = ''] = readdirSync(join(directory, 'cores'));
  assert.ok(new CoreReader(readFileSync(join(directory, 'cores', name))).loads.length > 5);
});

for (const [what, script, message] of [
  ['several processes', 'crit-core "$1/procs"', /several processes: choose one of 2585, .* with -p, or --all -C DIR/],
  ['a pid that is not there', 'crit-core -p 4 "$1/procs"', /no process 4; there are 2585, 2586/],
  ['a zombie', 'crit-core -p 2586 "$1/procs"', /process 2586 has ended: nothing is left of its memory and registers/],
  ['a pre-dump', 'crit-core "$1/incremental/1"', /pstree\.img: is missing: a pre-dump has too little of a process/],
  ['--all without -C', 'crit-core --all "$1/procs"', /--all and -C DIR go together/],
  ['-o with --all', 'crit-core --all -C x -o y "$1/procs"', /-o is for the core file of one process/],
  ['a file that is there', 'touch core; crit-core "$1/simple" -o core', /core: is there already: -f replaces it/],
  ['lazy pages', 'crit-core -p 20393 "$1/lazy"', /left to a lazy-pages server \(--missing zero goes on without it\)/],
  ['a sysroot that is not there', 'crit-core --sysroot none "$1/simple"', /none: no such file or directory/],
] as const) {
  test(`refused: ${what}`, async (t) => {
    const { stdout, stderr, codes } = await shell(script, [REAL], { cwd: temporary(t) });
    assert.deepEqual([codes, stdout.length], [[2], 0]);
    assert.match(stderr, message);
  });
}

test('files that are not below --sysroot are told, and the core is made without them', async (t) => {
  const script = 'mkdir root; crit-core --sysroot root "$1/simple" | cmp - <(crit-core "$1/simple")';
  const { stderr, codes } = await shell(script, [REAL], { cwd: temporary(t) });
  assert.deepEqual(codes, [0, 0]);
  assert.match(
    stderr,
    /^crit-core: warning: \/srv\/corpus\/bin\/simple: is not in root \(build-id 2dbafe4bc01019f31e4345fd535492d8f00d3040\)\n$/,
  );
});

const FAR = 2 ** 47;
const HOSTILE: Record<
  string,
  { areas?: BuiltArea[]; pages?: BuiltPages[]; pagemap?: object; others?: number[]; message: RegExp }
> = {
  'areas that overlap': {
    areas: [
      { start: START, end: START + 4 * PAGE, kind: ANON_PRIVATE },
      { start: START + 2 * PAGE, end: START + 8 * PAGE, kind: ANON_PRIVATE },
    ],
    message: /mm-7\.img: .*not in the order of their addresses/,
  },
  'an area that ends before it begins': {
    areas: [{ start: START + PAGE, end: START, kind: ANON_PRIVATE }],
    message: /mm-7\.img: .*not in the order of their addresses/,
  },
  'more pages than the image has': {
    areas: [{ start: START, end: FAR, kind: ANON_PRIVATE }],
    pagemap: { vaddr: START, compat_nr_pages: 0, flags: 4, nr_pages: 2 ** 34 },
    message: /pages-1\.img: .*truncated: \d+ bytes expected, 0 left/,
  },
  'a thread twice': { others: [8, 8], message: /process 7 has a thread twice/ },
  'a thread whose image is missing': { others: [9], message: /core-9\.img: no such file or directory/ },
};

for (const [what, { areas, pages = [], pagemap, others = [], message }] of Object.entries(HOSTILE)) {
  test(`hostile: ${what}`, async (t) => {
    const directory = join(temporary(t), 'dump');
    const usual = [{ start: START, end: START + PAGE, kind: ANON_PRIVATE }];
    buildTree(directory, {
      processes: [{ pid: 7, areas: areas ?? usual, pages }],
      threads: { 7: x86Thread(), 8: x86Thread() },
      others: { 7: others },
    });
    if (pagemap) {
      const entries = [
        encodeWithOracle('pagemap_head', { pages_id: 1 }),
        encodeWithOracle('pagemap_entry', { ...pagemap }),
      ];
      writeFileSync(join(directory, 'pagemap-7.img'), buildImage('PAGEMAP', entries));
    }
    const { stdout, stderr, codes, peak } = await shell('crit-core -p 7 "$1"', [directory], { measure: true });
    assert.deepEqual([codes, stdout.length], [[2], 0]);
    assert.match(stderr, message);
    assert.ok(peak < MOST, `${peak} MiB`);
  });
}

test('an address space of 128 TiB that nobody has touched is a small core', async (t) => {
  const directory = join(temporary(t), 'dump');
  const areas = [{ start: START, end: FAR, kind: ANON_PRIVATE }];
  buildTree(directory, { processes: [{ pid: 7, areas, pages: [] }], threads: { 7: x86Thread() } });
  const { stdout, stderr, codes } = await shell('crit-core "$1"', [directory]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.equal(new CoreReader(stdout).loads[0]?.memoryBytes, BigInt(FAR - START));
});

test('10,000 areas and 1,000 threads, in little memory', async (t) => {
  const directory = temporary(t);
  const areas: BuiltArea[] = Array.from({ length: 10_000 }, (_, index) => ({
    start: START + index * 8 * PAGE,
    end: START + (index * 8 + 4) * PAGE,
    kind: index % 2 === 0 ? FILE_PRIVATE : ANON_PRIVATE,
    shmid: 5,
  }));
  const pages = areas.map(({ start }, index) => ({ at: start + PAGE, data: Buffer.alloc(PAGE, index) }));
  const others = Array.from({ length: 999 }, (_, index) => 100 + index);
  buildTree(join(directory, 'dump'), {
    processes: [{ pid: 7, areas, pages }],
    files: { 5: '/bin/program' },
    threads: Object.fromEntries([7, ...others].map((tid) => [tid, x86Thread({ ip: tid })])),
    others: { 7: others },
  });
  const { stderr, codes, peak } = await shell('crit-core dump -o core', [], { cwd: directory, measure: true });
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.ok(peak < MOST, `${peak} MiB`);
  const core = new CoreReader(readFileSync(join(directory, 'core')));
  assert.equal(core.loads.length, 25_000);
  assert.equal(core.notes.filter(({ type }) => type === 1).length, 1000);
  for (const [index, { start }] of areas.entries()) {
    assert.equal(core.memory(BigInt(start + PAGE), 1)?.[0], index % 256);
  }
});

test('a reader that goes ends the work, and nothing is left where it fails', async (t) => {
  const directory = temporary(t);
  const gone = await shell('crit-core "$1/mem" -p 5009 | head -c 100 | wc -c', [REAL], { cwd: directory });
  assert.deepEqual([gone.stdout.toString().trim(), gone.codes], ['100', [0, 0, 0]]);
  const full = await shell('crit-core "$1/mem" -p 5009 > /dev/full', [REAL], { cwd: directory });
  assert.deepEqual(full.codes, [2]);
  assert.match(full.stderr, /standard output: no space left on device/);
  const nowhere = await shell('crit-core "$1/mem" -p 5009 -o none/core', [REAL], { cwd: directory });
  assert.deepEqual([nowhere.codes, existsSync(join(directory, 'none'))], [[2], false]);
});
