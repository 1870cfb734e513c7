import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage, delimited, numeric } from '../build-image.ts';
import { fixture, fixtureNames } from '../fixtures.ts';
import { parseLines, type TestLine } from '../lines.ts';
import { encodeWithOracle } from '../oracle.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const simple = fixture('real/simple');
const names = fixtureNames('real/simple');

async function cat(options: string, args: readonly string[] = [], cwd = fixture('real')): Promise<TestLine[]> {
  const { stdout, stderr, codes } = await shell(`crit-cat ${options} "$@"`, args, { cwd });
  assert.deepEqual([stderr, codes], ['', [0]]);
  return parseLines(stdout);
}
const imagesOf = (lines: TestLine[]): string[] => [...new Set(lines.map((line) => line.image))];

test('an image is a line for each entry, between begin and end, keys in their order', async () => {
  const { stdout } = await shell('crit-cat "$1"', [fixture('crafted/PSTREE-typ.img')]);
  assert.equal(
    stdout.toString(),
    '{"image":"PSTREE-typ.img","magic":"PSTREE","begin":{}}\n' +
      '{"image":"PSTREE-typ.img","magic":"PSTREE","entry":{"pid":3,"ppid":6,"pgid":9,"sid":12,"threads":[15,16]}}\n' +
      '{"image":"PSTREE-typ.img","magic":"PSTREE","end":{}}\n',
  );
});

test('the head is told where it is not the usual one', async () => {
  const begins = async (name: string): Promise<unknown> => (await cat('', [fixture(`crafted/${name}.img`)]))[0]?.begin;
  assert.deepEqual(await begins('PSTREE-v1.0'), { head: 'none' });
  assert.deepEqual(await begins('INVENTORY-with-common-magic'), { head: 'common' });
  assert.deepEqual(await begins('STATS-with-common-magic'), { head: 'common' });
  assert.deepEqual(await begins('STATS-typ'), {});
  assert.deepEqual(await begins('INVENTORY-typ'), {});
});

test('a directory gives all its images, each in one run of lines', async () => {
  const lines = await cat('', ['simple']);
  assert.deepEqual(imagesOf(lines).sort(), names);
  const runs = lines.filter((line, index) => line.image !== lines[index - 1]?.image);
  assert.equal(runs.length, names.length);
  for (const name of names) {
    const own = lines.filter((line) => line.image === name);
    assert.deepEqual([own[0]?.begin, own.at(-1)?.end], [{}, {}], name);
    assert.ok(
      own.slice(1, -1).every((line) => line.entry ?? line.piece),
      name,
    );
  }
});

test('images are named by what was named: a file, a directory, several directories', async () => {
  assert.deepEqual(imagesOf(await cat('', ['simple/pstree.img'])), ['pstree.img']);
  assert.deepEqual(imagesOf(await cat('', [join(simple, 'pstree.img')])), ['pstree.img']);
  assert.deepEqual(imagesOf(await cat('', ['./simple/'])).sort(), names);
  assert.deepEqual(imagesOf(await cat('', ['.'], simple)).sort(), names);
  const two = imagesOf(await cat('', ['simple', 'v411-simple/']));
  assert.ok(two.includes('simple/pstree.img') && two.includes('v411-simple/pstree.img'));
  assert.ok(two.every((name) => /^(v411-)?simple\//.test(name)));
  const below = imagesOf(await cat('', ['incremental']));
  assert.ok(below.includes('1/inventory.img') && below.includes('3/parent'));
});

test('a link is its target', async () => {
  const lines = (await cat('', ['incremental/2'])).filter((line) => line.image === 'parent');
  assert.deepEqual(lines, [
    { image: 'parent', magic: 'LINK', begin: { target: '../1' } },
    { image: 'parent', magic: 'LINK', end: {} },
  ]);
});

test('standard input has no name, or the one that --name gives', async () => {
  const bytes = readFileSync(join(simple, 'pstree.img'));
  for (const script of ['crit-cat', 'crit-cat -', 'crit-cat --name pstree.img', 'crit-cat --name pstree.img -']) {
    const { stdout, codes } = await shell(script, [], { input: bytes });
    assert.deepEqual(codes, [0]);
    assert.deepEqual(imagesOf(parseLines(stdout)), [script.includes('--name') ? 'pstree.img' : '-']);
  }
});

test('the name decides where a file is in another format', async (t) => {
  const directory = temporary(t);
  // Memory that looks like an image of processes.
  const bytes = buildImage('PSTREE', [encodeWithOracle('pstree_entry', { pid: 1, ppid: 0, pgid: 1, sid: 1 })]);
  writeFileSync(join(directory, 'pages-1.img'), bytes);
  writeFileSync(join(directory, 'route-9.img'), bytes);
  writeFileSync(join(directory, 'plugin.img'), bytes);
  const lines = await cat('', ['pages-1.img', 'route-9.img', 'plugin.img'], directory);
  assert.deepEqual(
    lines.filter((line) => line.begin).map((line) => line.magic),
    ['PAGES', 'RAW', 'PSTREE'],
  );
  const { stdout } = await shell('crit-cat --name pages-7.img', [], { input: bytes });
  assert.equal(parseLines(stdout)[0]?.magic, 'PAGES');
});

test('a file with the name of an image that is none is an error', async (t) => {
  const directory = temporary(t);
  for (const [name, contents, message] of [
    ['pstree.img', '', /pstree\.img: .*truncated.*PSTREE/],
    ['core-1.img', 'abc', /core-1\.img: .*truncated.*CORE/],
    ['mm-1.img', 'this is no image', /mm-1\.img: byte 0: not a MM image/],
    ['stats-dump', '\x19\x43\x56\x54\0\0\0\0', /stats-dump: .*not a STATS image/],
  ] as const) {
    writeFileSync(join(directory, name), Buffer.from(contents, 'latin1'));
    const { stderr, codes } = await shell('crit-cat "$1"', [join(directory, name)]);
    assert.deepEqual(codes, [2], name);
    assert.match(stderr, message);
  }
});

test('-m chooses by magic', async () => {
  const chosen = async (options: string): Promise<string[]> =>
    [...new Set((await cat(options, ['simple'])).map(({ magic }) => magic))].sort();
  assert.deepEqual(await chosen('-m PSTREE'), ['PSTREE']);
  assert.deepEqual(await chosen('-m PSTREE,MM'), ['MM', 'PSTREE']);
  assert.deepEqual(await chosen('-m PSTREE -m PAGES --magic=CORE'), ['CORE', 'PAGES', 'PSTREE']);
  assert.deepEqual(await cat('-m TUNFILE', ['simple']), []);
  const links = await cat('-m LINK', ['incremental']);
  assert.deepEqual(imagesOf(links), ['2/parent', '3/parent']);
});

test('-m with a magic that is none is an error with the nearest one', async () => {
  const { stderr, codes } = await shell('crit-cat -m PSTRE "$1"', [simple]);
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-cat: .*PSTRE.*PSTREE/);
});

test('-i chooses by name', async () => {
  const chosen = async (options: string, directory = 'simple'): Promise<string[]> =>
    imagesOf(await cat(options, [directory]));
  assert.deepEqual(await chosen('-i pstree.img'), ['pstree.img']);
  assert.deepEqual(await chosen("-i 'pages-*'"), ['pages-1.img']);
  assert.deepEqual(
    await chosen("-i 'p*.img' -i 'stats-*'"),
    names.filter((name) => /^(p.*\.img|stats-.*)$/.test(name)),
  );
  assert.deepEqual(await chosen("-i 'p?tree.im[gh]'"), ['pstree.img']);
  assert.deepEqual(await chosen("-i '2/pages-?.img'", 'incremental'), ['2/pages-1.img', '2/pages-2.img']);
  assert.deepEqual(await chosen('-i nothing'), []);
  assert.deepEqual(await chosen("-m PAGES -i '*1.img'"), ['pages-1.img']);
});

test('what is not chosen is not read', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'good.img'), buildImage('PSTREE', []));
  writeFileSync(join(directory, 'bad.img'), buildImage('MM', [Buffer.from('broken')]));
  assert.deepEqual(imagesOf(await cat('-m PSTREE', [directory])), ['good.img']);
  assert.deepEqual(imagesOf(await cat("-i 'g*'", [directory])), ['good.img']);
});

test('--human shows fields as people read them', async () => {
  const [, first] = (await cat('--human', ['mem']))
    .filter((line) => line.magic === 'MM' && line.entry)
    .flatMap((line) => [line, line.entry]);
  const vma =
    /"vmas":\[\{"start":"0x[0-9a-f]+","end":"0x[0-9a-f]+","pgoff":\d+,"shmid":\d+,"prot":"PROT_READ","flags":"MAP_PRIVATE","status":"VMA_AREA_REGULAR \| VMA_FILE_PRIVATE"/;
  assert.match(JSON.stringify(first), vma);
});

test('--bare gives the entries alone', async () => {
  const bare = async (name: string): Promise<string> =>
    (await shell('crit-cat --bare "$1"', [fixture(`crafted/${name}`)])).stdout.toString();
  assert.equal(await bare('PSTREE-typ.img'), '{"pid":3,"ppid":6,"pgid":9,"sid":12,"threads":[15,16]}\n');
  assert.equal(await bare('PSTREE-noentries.img'), '');
  assert.match(
    await bare('PIPES_DATA-typ.img'),
    /^\{"pipe_id":\d+,"bytes":\d+,"size":\d+,"extra":"[A-Za-z0-9+/=]*"\}\n/,
  );
});

test('--bare is for one image that holds entries', async () => {
  for (const args of [
    [join(simple, 'pages-1.img')],
    [simple],
    [join(simple, 'pstree.img'), join(simple, 'mm-2512.img')],
  ]) {
    const { stderr, codes } = await shell('crit-cat --bare "$@"', args);
    assert.deepEqual(codes, [2]);
    assert.match(stderr, /^crit-cat: .*--bare/);
  }
});

test('--no-extra leaves out the data behind entries', async () => {
  const lines = await cat('--no-extra', ['fds', 'ipc', 'ghost', 'unix', 'bpf', 'inet-netns']);
  const withExtras = [
    'PIPES_DATA',
    'FIFO_DATA',
    'IPCNS_SEM',
    'IPCNS_MSG',
    'SK_QUEUES',
    'BPFMAP_DATA',
    'TCP_STREAM',
    'GHOST_FILE',
  ];
  for (const magic of withExtras) {
    const own = lines.filter((line) => line.magic === magic);
    assert.ok(
      own.some((line) => line.entry),
      magic,
    );
    assert.ok(
      own.every((line) => line.extra === undefined && line.piece === undefined),
      magic,
    );
  }
  const full = await cat('', ['fds', 'ipc', 'ghost', 'unix', 'bpf', 'inet-netns']);
  const entries = (all: TestLine[]): unknown[] =>
    all.filter((line) => line.entry).map(({ image, entry }) => [image, entry]);
  assert.deepEqual(entries(lines), entries(full));
});

test('an extra above 64 KiB follows in pieces', async () => {
  const lines = (await cat('', ['fds'])).filter((line) => line.magic === 'PIPES_DATA');
  const at = lines.findIndex((line) => Number(line.entry?.['bytes']) > 65536);
  const bytes = Number(lines[at]?.entry?.['bytes']);
  assert.equal(lines[at]?.extra, undefined);
  const pieces = lines.slice(at + 1).slice(
    0,
    lines.slice(at + 1).findIndex((line) => !line.piece),
  );
  assert.equal(
    pieces.reduce((sum, { piece }) => sum + (piece?.length ?? 0), 0),
    bytes,
  );
  assert.equal(pieces[0]?.piece?.offset, 0);
});

test('pieces are of at most 64 KiB, and equal blocks are one fill', async (t) => {
  const directory = temporary(t);
  const block = (value: number): Buffer => Buffer.alloc(4096, value);
  const text = Buffer.from('0123456789abcdef'.repeat(256));
  const bytes = Buffer.concat([
    block(0),
    block(0),
    block(7),
    ...Array.from({ length: 40 }, () => text),
    block(0),
    text.subarray(0, 100),
  ]);
  writeFileSync(join(directory, 'pages-1.img'), bytes);
  const pieces = (await cat('', [directory])).flatMap(({ piece }) => piece ?? []);
  assert.deepEqual(
    pieces.map(({ offset, length, fill }) => [offset, length, fill]),
    [
      [0, 8192, 0],
      [8192, 4096, 7],
      [12288, 65536, undefined],
      [77824, 65536, undefined],
      [143360, 32768, undefined],
      [176128, 4096, 0],
      [180224, 100, undefined],
    ],
  );
  assert.equal(pieces.at(-1)?.data, text.subarray(0, 100).toString('base64'));
});

test('64-bit numbers are numbers up to 2^53-1, and text beyond', async () => {
  const counters = ['0', '9007199254740991', '9007199254740992', '18446744073709551615'];
  const entries = counters.map((counter) =>
    encodeWithOracle('eventfd_file_entry', {
      id: 1,
      flags: 0,
      fown: { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 },
      counter,
    }),
  );
  const { stdout } = await shell('crit-cat', [], { input: buildImage('EVENTFD_FILE', entries) });
  const shown = parseLines(stdout).flatMap(({ entry }) => (entry ? [entry['counter']] : []));
  assert.deepEqual(shown, [0, 9007199254740991, '9007199254740992', '18446744073709551615']);
});

test('what the schema does not know is kept', async (t) => {
  const directory = temporary(t);
  const unknown = Buffer.concat([numeric(77, 5), numeric(100, 2n ** 64n - 1n)]);
  const known = encodeWithOracle('pstree_entry', { pid: 1, ppid: 0, pgid: 1, sid: 1 });
  const image = buildImage('PSTREE', [Buffer.concat([known, unknown])]);
  const { stdout, stderr } = await shell('crit-cat | tee lines | crit-pack', [], { input: image, cwd: directory });
  assert.deepEqual(parseLines(readFileSync(join(directory, 'lines')))[1]?.entry, {
    pid: 1,
    ppid: 0,
    pgid: 1,
    sid: 1,
    '@unknown': unknown.toString('base64'),
  });
  assert.deepEqual([stderr, stdout], ['', image]);
});

test('text that is not UTF-8 is base64', async () => {
  const entry = Buffer.concat([delimited(1, Buffer.from([0x61, 0xff])), delimited(2, Buffer.from('\u00e9'))]);
  const { stdout } = await shell('crit-cat --bare', [], { input: buildImage('UTSNS', [entry]) });
  assert.equal(stdout.toString(), '{"nodename":{"base64":"Yf8="},"domainname":"\u00e9"}\n');
});

test('an enum without a name is its number', async () => {
  const text = JSON.stringify(await cat('', ['FDINFO-unknown-enum.img'], fixture('crafted')));
  assert.match(text, /"type":\d+,"fd"/);
});

test('names of files from a list', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'new\nline'));
  writeFileSync(join(directory, 'new\nline/a.img'), buildImage('PSTREE', []));
  const files = ['pstree.img', 'mm-2512.img'].map((name) => join(simple, name));
  const from = async (script: string, input: string): Promise<string[]> => {
    const { stdout, stderr, codes } = await shell(script, [], { input, cwd: directory });
    assert.deepEqual([stderr, codes.at(-1)], ['', 0]);
    return imagesOf(parseLines(stdout));
  };
  assert.deepEqual(await from('crit-cat --files-from -', `${files.join('\n')}\n`), ['pstree.img', 'mm-2512.img']);
  assert.deepEqual(await from('crit-cat --files-from -', files.join('\n')), ['pstree.img', 'mm-2512.img']);
  assert.deepEqual(await from('cat > list; crit-cat --files-from list', files.join('\n')), [
    'pstree.img',
    'mm-2512.img',
  ]);
  assert.deepEqual(await from('crit-cat -0 --files-from -', `${files.join('\0')}\0new\nline/a.img\0`), [
    'pstree.img',
    'mm-2512.img',
    'a.img',
  ]);
  assert.deepEqual(await from('crit-cat --files-from -', ''), []);
  assert.deepEqual(await from('find . -name "*.img" -print0 | crit-cat -0 --files-from -', ''), ['a.img']);
});

test('an input that is not there is an error of one line', async (t) => {
  const directory = temporary(t);
  const { stdout, stderr, codes } = await shell('crit-cat nothing.img', [], { cwd: directory });
  assert.deepEqual([stderr, codes], ['crit-cat: nothing.img: no such file or directory\n', [2]]);
  assert.deepEqual(Object.keys(parseLines(stdout)[0] ?? {}), ['error']);
});

test('after an error nothing more is read, or all else with --keep-going', async (t) => {
  const directory = temporary(t);
  const bad = join(directory, 'bad.img');
  writeFileSync(bad, buildImage('PSTREE', [Buffer.from('broken')]));
  const good = [join(simple, 'pstree.img'), join(simple, 'mm-2512.img')];
  const args = [good[0] ?? '', bad, join(directory, 'nothing'), good[1] ?? ''];
  const stopped = await shell('crit-cat "$@"', args);
  assert.deepEqual(stopped.codes, [2]);
  assert.equal(stopped.stderr.split('\n').length, 2);
  assert.ok(!stopped.stdout.toString().includes('mm-2512'));
  for (const option of ['--keep-going', '-k']) {
    const { stdout, stderr, codes } = await shell(
      `crit-cat ${option} "$@" | tee lines | crit-pack -C out; (exit \${PIPESTATUS[0]})`,
      args,
      { cwd: directory },
    );
    assert.deepEqual([stdout.length, codes], [0, [2]]);
    assert.equal(stderr.match(/^crit-cat: .*/gm)?.length, 2, stderr);
    const lines = parseLines(readFileSync(join(directory, 'lines')));
    assert.ok(lines.some((line) => line.image === 'mm-2512.img' && line.end));
    assert.equal(lines.filter((line) => line.error).length, 2);
  }
});

test('a directory with something that is no file is an error', async (t) => {
  const directory = temporary(t);
  const { stderr, codes } = await shell('mkfifo fifo; crit-cat .', [], { cwd: directory, timeout: 10_000 });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-cat: fifo: [^\n]*\n$/);
});

test('what -i and -m do not choose by name is not opened', async (t) => {
  const directory = temporary(t);
  copyFileSync(join(simple, 'inventory.img'), join(directory, 'inventory.img'));
  for (const option of ['-m INVENTORY', "-i 'inv*'"]) {
    const script = `mkfifo -m 600 pstree.img 2> /dev/null; crit-cat ${option} .`;
    const { stdout, stderr, codes } = await shell(script, [], { cwd: directory, timeout: 10_000 });
    assert.deepEqual([stderr, codes], ['', [0]]);
    assert.deepEqual(new Set(imagesOf(parseLines(stdout))), new Set(['inventory.img']));
  }
});

test('a link that is named is followed, one that is found is not', async (t) => {
  const directory = temporary(t);
  symlinkSync(join(simple, 'pstree.img'), join(directory, 'link.img'));
  symlinkSync(simple, join(directory, 'dir'));
  assert.deepEqual(imagesOf(await cat('', ['link.img'], directory)), ['link.img']);
  assert.equal((await cat('', ['link.img'], directory))[0]?.magic, 'PSTREE');
  assert.deepEqual(imagesOf(await cat('', ['dir/'], directory)).sort(), names);
  const { stdout, stderr, codes } = await shell('crit-cat .', [], { cwd: directory });
  assert.deepEqual([...new Set(parseLines(stdout).map((line) => line.magic))], ['LINK']);
  assert.deepEqual(codes, [0]);
  assert.match(
    stderr,
    /^crit-cat: warning: \.: a symbolic link to a file, which was not followed: -L follows links\n$/,
  );
  const followed = await cat('-L', ['.'], directory);
  assert.deepEqual([...new Set(imagesOf(followed))].sort(), ['link.img', ...names.map((name) => `dir/${name}`)].sort());
});

test('-L does not go round in circles', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'a'));
  symlinkSync('..', join(directory, 'a', 'up'));
  const { stderr, codes } = await shell('crit-cat -L .', [], { cwd: directory });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-cat: a\/up: a link to a directory in which it stands\n$/);
});

test('what a killed crit-pack left behind is passed over with a word', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, '.crit-pack.0123abcd-1.77.abcdef012345'));
  writeFileSync(join(directory, '.crit-pack.0123abcd-1.77.abcdef012345', 'pstree.img'), 'x');
  copyFileSync(join(simple, 'pstree.img'), join(directory, 'pstree.img'));
  const { stdout, stderr, codes } = await shell('crit-cat .', [], { cwd: directory });
  assert.deepEqual(codes, [0]);
  assert.deepEqual(new Set(imagesOf(parseLines(stdout))), new Set(['pstree.img']));
  assert.match(stderr, /left behind by a crit-pack that was killed, and passed over/);
  for (const part of ['new', 'kept']) mkdirSync(join(directory, '.crit-pack.0123abcd-1.77.abcdef012345', part));
  const interrupted = await shell('crit-cat .', [], { cwd: directory });
  assert.deepEqual(interrupted.codes, [0]);
  assert.match(
    interrupted.stderr,
    /a command was killed while it put its files in place, or still does, and some of those here are old: run it again/,
  );
});

test('an image may come through a pipe that has a name', async () => {
  const { stdout, stderr } = await shell('crit-cat --bare <(cat "$1")', [fixture('crafted/PSTREE-typ.img')]);
  assert.deepEqual([stderr, stdout.toString()], ['', '{"pid":3,"ppid":6,"pgid":9,"sid":12,"threads":[15,16]}\n']);
});

test('crit NAME is crit-NAME', async () => {
  const [one, two] = await Promise.all(
    ['crit cat', 'crit-cat'].map((name) =>
      shell(`${name} "$1" | ${name.replace('cat', 'pack')} | ${name} --bare`, [join(simple, 'pstree.img')]),
    ),
  );
  assert.deepEqual([one?.stdout, one?.codes], [two?.stdout, [0, 0, 0]]);
});
