/** What is wrong with a checkpoint is told where it is known without reading memory. */
import assert from 'node:assert/strict';
import {
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  readdirSync,
  realpathSync,
  appendFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inspect } from '../../src/inspect/inspect.ts';
import { buildDirectory, core, mm, task, vma } from '../checkpoint/build-directory.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

function copyOf(t: TestContext, name: string): string {
  const directory = join(temporary(t), 'dump');
  cpSync(fixture(`real/${name}`), directory, { recursive: true });
  return directory;
}

async function unusual(directory: string): Promise<string[]> {
  const found = await inspect(directory);
  return found.unusual.map(({ kind, image, message }) =>
    [kind, image, message].filter((part) => part !== undefined).join(': '),
  );
}

test('images of pages that are not as long as the pagemaps say', async (t) => {
  const directory = copyOf(t, 'simple');
  const pages = join(directory, 'pages-1.img');
  truncateSync(pages, 40_000);
  assert.deepEqual(await unusual(directory), ['damaged: pages-1.img: 40000 bytes, the pagemaps want 53248']);
  const { stdout } = await shell('crit-inspect "$1" | tail -n 1', [directory]);
  assert.equal(String(stdout), 'unusual       damaged: pages-1.img: 40000 bytes, the pagemaps want 53248\n');
  truncateSync(pages, 53_248);
  assert.deepEqual(await unusual(directory), []);
  appendFileSync(pages, 'x');
  assert.deepEqual(await unusual(directory), ['damaged: pages-1.img: 53249 bytes, the pagemaps want 53248']);
  unlinkSync(pages);
  assert.deepEqual(await unusual(directory), [
    'missing: pages-1.img: is not there; pagemap-2512.img wants 53248 bytes',
  ]);
});

test('ghosts that are missing, and descriptors without a file', async (t) => {
  const directory = copyOf(t, 'ghost');
  rmSync(join(directory, 'ghost-file-1.img'));
  rmSync(join(directory, 'ghost-file-8.img'));
  const missing = ['missing: ghost-file-1.img: is not there', 'missing: ghost-file-8.img: is not there'];
  assert.deepEqual(await unusual(directory), missing);
  const simple = copyOf(t, 'simple');
  await shell('crit-cat "$1" | crit-map -m FILES "if (entry.id === 3) drop()" | crit-pack -C "$1.new"', [simple]);
  assert.deepEqual(await unusual(`${simple}.new`), ['entries without a file: id 3 (2512:1, 2512:2)']);
});

test('an image without an entry, where CRIU reads one', async (t) => {
  const directory = copyOf(t, 'simple');
  for (const name of ['timens-0.img', 'seccomp.img']) {
    writeFileSync(join(directory, name), readFileSync(join(directory, name)).subarray(0, 8));
  }
  const [only, ...others] = await unusual(directory);
  assert.match(only ?? '', /^damaged: timens-0\.img: has no entry, which CRIU refuses/);
  assert.deepEqual(others, []);
});

test('pages that no VMA has', async (t) => {
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': [task(1234, 0)],
    ...core(1234, 'nano'),
    'inventory.img INVENTORY': [{ img_version: 2 }],
    'files.img FILES': [],
    'mm-1234.img MM': [mm([vma(0x400000, 0x403000, 1)])],
    'pagemap-1234.img PAGEMAP': [
      { pages_id: 1 },
      { vaddr: 0x402000, compat_nr_pages: 0, nr_pages: 1, flags: 4 },
      { vaddr: 0xffff720a1000, compat_nr_pages: 0, nr_pages: 2, flags: 4 },
    ],
  });
  writeFileSync(join(directory, 'pages-1.img'), Buffer.alloc(3 * 4096));
  const { stdout } = await shell('crit-inspect "$1" | grep outside; crit-mem --map "$1" | tail -n 3', [directory]);
  assert.deepEqual(String(stdout).split('\n'), [
    'unusual       pages outside of areas: 2 at ffff720a1000 (process 1234)',
    '  400000-403000                      rw-p        12        4        0        0  [anon]',
    '  total                                          12        4        0        0',
    '  ffff720a1000-ffff720a3000                       8        8        0        0  [outside]',
    '',
  ]);
});

test('arguments that were cleared', async (t) => {
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': [task(1234, 0)],
    ...core(1234, 'nano'),
    'mm-1234.img MM': [mm([vma(0x10000, 0x11000, 1)], { mm_arg_start: 0x10000, mm_arg_end: 0x10010 })],
    'pagemap-1234.img PAGEMAP': [{ pages_id: 1 }, { vaddr: 0x10000, compat_nr_pages: 1 }],
  });
  const pages = join(directory, 'pages-1.img');
  const script =
    'crit-inspect "$1" | grep "^ *1234"; crit x "$1" ps --args | tail -n 1; crit-mem --args "$1"; crit-mem --args --json "$1"';
  writeFileSync(pages, Buffer.alloc(4096));
  assert.deepEqual(String((await shell(script, [directory])).stdout).split('\n'), [
    '   1234  [nano]',
    '   1234   1234   1234   [nano]',
    '1234\t[nano]',
    JSON.stringify({ pid: 1234, args: Array.from({ length: 16 }, () => '') }),
    '',
  ]);
  writeFileSync(pages, Buffer.concat([Buffer.from('a\0\0b\0'), Buffer.alloc(4091)]));
  assert.deepEqual(
    String((await shell(script, [directory])).stdout)
      .split('\n')
      .slice(0, 4),
    ['   1234  a  b', '   1234   1234   1234   a  b', '1234\ta', '1234\t'],
  );
});

test('a directory whose images are symbolic links', async (t) => {
  const directory = temporary(t);
  const from = fixture('real/procs');
  for (const name of readdirSync(from)) {
    if (name === 'files.img') cpSync(join(from, name), join(directory, name));
    else symlinkSync(realpathSync(join(from, name)), join(directory, name));
  }
  const [linked, plain] = [await inspect(directory), await inspect(from)];
  assert.deepEqual(linked, plain);
});

test('memory of GPUs, plugins, and the page size', async (t) => {
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': [task(1, 0)],
    ...core(1, 'x'),
    'inventory.img INVENTORY': [{ img_version: 2, plugins_entry: { plugins: ['amdgpu_plugin'] } }],
    'mm-1.img MM': [mm([vma(0x10000, 0x30000, 1)], { mm_saved_auxv: [6, 65536] })],
    'pagemap-1.img PAGEMAP': [{ pages_id: 1 }, { vaddr: 0x10000, compat_nr_pages: 2 }],
  });
  writeFileSync(join(directory, 'pages-1.img'), Buffer.alloc(2 * 65536));
  writeFileSync(join(directory, 'amdgpu-pages-3-04ab.img'), Buffer.alloc(5000));
  writeFileSync(join(directory, 'amdgpu-kfd-3.img'), Buffer.alloc(50));
  const text = String((await shell('crit-inspect "$1"', [directory])).stdout);
  assert.match(text, /^plugins +amdgpu_plugin$/m);
  assert.match(text, /^memory +128 KiB; pages: 2 here, 0 in parent, 0 lazy \(128 KiB\)$/m);
  assert.match(text, /^GPU memory +4\.9 KiB$/m);
  assert.match(text, /^unusual +external: memory of a GPU/m);
  assert.match(text, /^unusual +plugin: inventory\.img: a restore needs amdgpu_plugin$/m);
});

test('the auxiliary vector of a 32-bit task, whose words are whole entries', async (t) => {
  const packed = [
    [33, 0xf7f8a000],
    [6, 4096],
    [16, 0xbfebfbff],
    [0, 0],
  ].map(([type = 0, value = 0]) => String((BigInt(value) << 32n) | BigInt(type)));
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': [task(1, 0)],
    ...core(1, 'x'),
    'mm-1.img MM': [mm([vma(0x10000, 0x30000, 1)], { mm_saved_auxv: packed })],
    'pagemap-1.img PAGEMAP': [{ pages_id: 1 }],
  });
  const { stdout, stderr } = await shell('crit-mem --auxv "$1"; crit-mem --auxv --json "$1"', [directory]);
  assert.equal(stderr, '');
  assert.deepEqual(String(stdout).split('\n'), [
    '1\tAT_SYSINFO_EHDR\t4160266240',
    '1\tAT_PAGESZ\t4096',
    '1\tAT_HWCAP\t3219913727',
    '{"pid":1,"auxv":{"AT_SYSINFO_EHDR":4160266240,"AT_PAGESZ":4096,"AT_HWCAP":3219913727}}',
    '',
  ]);
});

test('a version is called unknown only where a restore needs it: that of the images', async (t) => {
  const directory = buildDirectory(t, { 'pstree.img PSTREE': [task(1, 0)], ...core(1, 'x') });
  const rowOf = async (): Promise<string> =>
    /^CRIU .*$/m.exec(String((await shell('crit-inspect "$1"', [directory])).stdout))?.[0] ?? '';
  assert.equal(await rowOf(), 'CRIU          unknown image version, 2 images');
  cpSync(fixture('real/simple/inventory.img'), join(directory, 'inventory.img'));
  assert.equal(await rowOf(), 'CRIU          image version 2, 3 images');
  writeFileSync(join(directory, 'dump.log'), '(00.000001) Version: 4.1.1 (gitid 0)\n');
  assert.equal(await rowOf(), 'CRIU          4.1.1, image version 2, 3 images');
});

test('an archive of what an engine writes without images', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'config.dump'), JSON.stringify({ name: 'counter', id: 'abc' }));
  writeFileSync(join(directory, 'spec.dump'), '{}');
  const { stdout, codes } = await shell('tar -cf "$1/a.tar" -C "$1" config.dump spec.dump; crit-inspect "$1/a.tar"', [
    directory,
  ]);
  assert.deepEqual(codes, [0]);
  assert.deepEqual(String(stdout).split('\n').slice(0, 3), ['container     counter (abc)', '', 'images        none']);
});

test('a pre-checkpoint of Podman, as itself and as the parent of a checkpoint', async (t) => {
  const directory = temporary(t);
  for (const [number, folder] of [
    ['1', 'pre-checkpoint'],
    ['2', 'checkpoint'],
  ] as const) {
    mkdirSync(join(directory, folder));
    cpSync(fixture(`real/incremental/${number}`), join(directory, folder, folder), { recursive: true });
    await shell('tar -cf "$1/$2.tar" -C "$1/$2" .', [directory, folder]);
  }
  const link = join(directory, 'checkpoint/checkpoint/parent');
  rmSync(link, { force: true });
  symlinkSync('../pre-checkpoint', link);
  await shell('tar -cf "$1/checkpoint.tar" -C "$1/checkpoint" .', [directory]);
  const script = `cd "$1"
    crit-inspect pre-checkpoint.tar | grep -E '^pre-dump|^ +2'
    crit-grep -c -F corpus checkpoint.tar 2>&1
    crit-grep -c -F corpus --parent pre-checkpoint.tar checkpoint.tar
    crit-inspect --parent pre-checkpoint.tar checkpoint.tar | grep parent | tail -n 1
    rm checkpoint/checkpoint/parent; crit-inspect checkpoint | grep unusual`;
  const lines = String((await shell(script, [directory])).stdout).split('\n');
  assert.deepEqual(lines, [
    'pre-dump      memory alone, to be the parent of a dump',
    '  23309  []',
    '  23310  []',
    'crit-grep: parent: leads to ../pre-checkpoint, which is not there, and pages are said to be in it (see --parent)',
    '23309\t\t3',
    '23310\t\t3',
    'memory        180 KiB; pages: 45 here, 66 in parent, 0 lazy (180 KiB)',
    'unusual       parent: 66 pages are in a parent, which is not there (see --parent)',
    '',
  ]);
});

test('files that are deleted are marked, sockets stand once, terminals and memfds have their names', async () => {
  const script =
    'crit-inspect --files "$1/ghost" | grep "ghost "; crit-inspect --files "$1/tty" | grep -c pts; crit-inspect --sockets "$1/unix" | grep ^socket | head -n 1';
  const lines = String((await shell(script, [fixture('real')])).stdout).split('\n');
  assert.equal(lines[0]?.trim(), '3  /srv/corpus/data/ghost (deleted)');
  assert.equal(lines[1], '4');
  assert.match(lines[2] ?? '', /^socket +UNIX \w+ \w+ \d+.*\(\d+:\d+(, \d+:\d+)*\)$/);
});

test('a command that has not put all of its files in place is told of by all who look at what is there', async (t) => {
  const directory = copyOf(t, 'simple');
  // Of another start of the system: whether it still runs cannot be known.
  const left = '.crit-pack.0123abcd-1.77.abcdef012345';
  for (const part of ['', 'new', 'kept']) mkdirSync(join(directory, left, part));
  const message = 'a command was killed while it put its files in place, or still does: some of those here are old';
  assert.deepEqual(await unusual(directory), [`interrupted: ${left}: ${message}`]);
  const check = await shell('crit-check --offline "$1"', [directory]);
  assert.deepEqual(check.codes, [1]);
  assert.ok(String(check.stdout).includes(`${left}: ${message}`), String(check.stdout));
  for (const command of ['compress', 'decompress --in-place']) {
    const before = readdirSync(directory);
    const { codes, stderr } = await shell(`crit ${command} "$1"`, [directory]);
    assert.deepEqual(codes, [2]);
    assert.match(
      stderr,
      /has not put all in place, and may still run: if it was killed, move what is in \S+\/new here/,
    );
    assert.deepEqual(readdirSync(directory), before);
  }
  const other = copyOf(t, 'simple');
  mkdirSync(join(other, left));
  assert.deepEqual(await unusual(other), [], 'nothing of it is in place');
});

test('what a killed command has left is no part of a checkpoint, and none of its own', async (t) => {
  const folder = temporary(t);
  const directory = join(folder, 'dump');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  const outside = async (): Promise<string[]> => {
    const { stdout, stderr } = await shell(
      'crit-inspect --json "$1"; crit-inspect --json "$1/dump"; crit-inspect "$1"',
      [folder],
    );
    return [String(stdout), stderr];
  };
  const before = await outside();
  for (const place of [folder, directory]) {
    const left = join(place, '.crit-pack.0123abcd-1.77.abcdef012345', 'new');
    cpSync(fixture('real/simple'), left, { recursive: true });
    symlinkSync('../nowhere', join(left, 'parent'));
  }
  assert.deepEqual(await outside(), before);
  cpSync(directory, join(folder, 'other'), { recursive: true });
  const { stdout } = await shell('crit-inspect --json "$1" | jq -r .path', [folder]);
  assert.deepEqual(
    String(stdout)
      .trimEnd()
      .split('\n')
      .map((path) => path.slice(folder.length)),
    ['/dump', '/other'],
  );
});
