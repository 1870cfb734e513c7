/** What crit-pack takes, beside the lines that crit-cat gives. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildImage } from '../build-image.ts';
import { fixture } from '../fixtures.ts';
import { formatLines, imageLines } from '../lines.ts';
import { encodeWithOracle } from '../oracle.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

const ENTRY = { pid: 1, ppid: 0, pgid: 1, sid: 1, threads: [1, 2] };
const PSTREE = buildImage('PSTREE', [encodeWithOracle('pstree_entry', ENTRY)]);
const entryLine = (image: string): object => ({ image, magic: 'PSTREE', entry: ENTRY });

async function packed(input: string | object[], options = ''): Promise<Buffer> {
  const text = typeof input === 'string' ? input : formatLines(input);
  const { stdout, stderr, codes } = await shell(`crit-pack ${options}`, [], { input: text });
  assert.deepEqual([stderr, codes], ['', [0]]);
  return stdout;
}

test('lines without brackets', async () => {
  assert.deepEqual(await packed([entryLine('pstree.img')]), PSTREE);
});

test('lines without a name, and lines with at', async () => {
  assert.deepEqual(await packed([{ magic: 'PSTREE', entry: ENTRY, at: { anything: [1] } }]), PSTREE);
});

test('keys in any order, blank lines, carriage returns and no newline at the end', async () => {
  const text = JSON.stringify({ entry: ENTRY, magic: 'PSTREE', image: 'x' });
  assert.deepEqual(await packed(`\n\r\n  \n${text}\r\n\n`), PSTREE);
  assert.deepEqual(await packed(text), PSTREE);
  assert.deepEqual(await packed(text.replaceAll(',', ' ,\t').replaceAll(':', ' : ')), PSTREE);
});

test('a byte order mark is no part of the lines', async () => {
  const { stdout, codes } = await shell('crit-pack', [], { input: `\ufeff${formatLines([entryLine('x')])}` });
  if (codes[0] === 0) assert.deepEqual(stdout, PSTREE);
  else assert.deepEqual(codes, [2]);
});

test('nothing at all is an error where an image is expected', async (t) => {
  const { stderr, codes } = await shell('crit-pack -o file < /dev/null', [], { cwd: temporary(t) });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-pack: [^\n]*\n$/);
});

test('an image without entries', async () => {
  assert.deepEqual(await packed(imageLines('x', 'PSTREE')), buildImage('PSTREE', []));
  assert.deepEqual(await packed('', '--magic PSTREE'), buildImage('PSTREE', []));
  assert.deepEqual(await packed(imageLines('x', 'RAW')), Buffer.alloc(0));
});

test('the head that is usual, or the one that begin names', async () => {
  assert.deepEqual(await packed(imageLines('x', 'STATS')), buildImage('STATS', [], 'service'));
  assert.deepEqual(await packed(imageLines('x', 'INVENTORY')), buildImage('INVENTORY', [], 'none'));
  for (const head of ['none', 'common', 'service'] as const) {
    const lines = [
      { image: 'x', magic: 'PSTREE', begin: { head } },
      entryLine('x'),
      { image: 'x', magic: 'PSTREE', end: {} },
    ];
    assert.deepEqual(await packed(lines), buildImage('PSTREE', [encodeWithOracle('pstree_entry', ENTRY)], head));
  }
});

test('numbers in every form, exactly', async () => {
  const forms = ['9007199254740993', '"9007199254740993"', '"0x20000000000001"', '"0X20000000000001"'];
  for (const form of forms) {
    const line = `{"image":"x","magic":"EVENTFD_FILE","entry":{"id":"1","flags":"0x2","fown":{"uid":0,"euid":0,"signum":0,"pid_type":0,"pid":0},"counter":${form}}}`;
    const entry = {
      id: 1,
      flags: 2,
      fown: { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 },
      counter: '9007199254740993',
    };
    assert.deepEqual(
      await packed(line),
      buildImage('EVENTFD_FILE', [encodeWithOracle('eventfd_file_entry', entry)]),
      form,
    );
  }
});

test('an enum by name and by number', async () => {
  for (const type of ['"PIPE"', '2', '"2"', '"0x2"']) {
    const entry = encodeWithOracle('fdinfo_entry', { id: 1, flags: 0, type: 2, fd: 3 });
    const line = `{"image":"x","magic":"FDINFO","entry":{"id":1,"flags":0,"type":${type},"fd":3}}`;
    assert.deepEqual(await packed(line), buildImage('FDINFO', [entry]), type);
  }
});

test('fields that the schema does not know', async () => {
  const entry = { ...ENTRY, '@unknown': Buffer.from([0xa0, 6, 1]).toString('base64') };
  const expected = Buffer.concat([encodeWithOracle('pstree_entry', ENTRY), Buffer.from([0xa0, 6, 1])]);
  assert.deepEqual(await packed([{ image: 'x', magic: 'PSTREE', entry }]), buildImage('PSTREE', [expected]));
});

test('lines of several images, mixed', async (t) => {
  const directory = temporary(t);
  const script = `
    crit-cat real > lines
    # Lines of all images in turn, those of one image in their order.
    awk -F'"' '{ n[$4]++; print n[$4] "\\t" NR "\\t" $0 }' lines | sort -s -n -k1,1 | cut -f3- > mixed
    cmp -s lines mixed && echo not mixed >&2
    crit-pack -C out mixed`;
  const { stderr, codes } = await shell(
    script.replace('crit-cat real', 'crit-cat "$1"'),
    [fixture('real/inet-netns')],
    { cwd: directory },
  );
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(readTree(join(directory, 'out')), readTree(fixture('real/inet-netns')));
});

test('hundreds of images open at once', async (t) => {
  const directory = temporary(t);
  const names = Array.from({ length: 2000 }, (_, index) => `d${index % 7}/core-${index}.img`);
  const lines = [
    ...names.map((image) => ({ image, magic: 'PSTREE', begin: {} })),
    ...[1, 2, 3].flatMap((pid) => names.map((image) => ({ image, magic: 'PSTREE', entry: { ...ENTRY, pid } }))),
    ...names.toReversed().map((image) => ({ image, magic: 'PSTREE', end: {} })),
  ];
  const { stderr, codes } = await shell('ulimit -n 256; crit-pack -C out', [], {
    input: formatLines(lines),
    cwd: directory,
  });
  assert.deepEqual([stderr, codes], ['', [0]]);
  const expected = buildImage(
    'PSTREE',
    [1, 2, 3].map((pid) => encodeWithOracle('pstree_entry', { ...ENTRY, pid })),
  );
  for (const name of names) assert.deepEqual(readFileSync(join(directory, 'out', name)), expected);
});

test('several files of lines are read one after another', async (t) => {
  const directory = temporary(t);
  const script =
    'crit-cat "$1" > all; head -20 all > one; tail -n +21 all > two; crit-pack -C out one two; crit-pack -C again one - < two';
  const { stderr, codes } = await shell(script, [fixture('real/simple')], { cwd: directory });
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(readTree(join(directory, 'out')), readTree(fixture('real/simple')));
  assert.deepEqual(readTree(join(directory, 'again')), readTree(fixture('real/simple')));
});

test('names of files of lines from a list', async (t) => {
  const directory = temporary(t);
  const script = `crit-cat "$1" > 'a b'
    echo 'a b' | crit-pack --files-from - -C one
    printf 'a b\\0' > list; crit-pack -0 --files-from list -C two`;
  const { stderr, codes } = await shell(script, [fixture('real/simple')], { cwd: directory });
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(readTree(join(directory, 'one')), readTree(fixture('real/simple')));
  assert.deepEqual(readTree(join(directory, 'two')), readTree(fixture('real/simple')));
});

const DOCUMENT =
  '{"magic": "EVENTFD_FILE", "entries": [{"id": 1, "flags": 2, "fown": {"uid": 0, "euid": 0, "signum": 0, "pid_type": 0, "pid": 0}, "counter": 18446744073709551615}]}';
const EVENTFD = buildImage('EVENTFD_FILE', [
  encodeWithOracle('eventfd_file_entry', {
    id: 1,
    flags: 2,
    fown: { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 },
    counter: '18446744073709551615',
  }),
]);

test('a document of CRIT', async () => {
  assert.deepEqual(await packed(DOCUMENT), EVENTFD);
  assert.deepEqual(await packed(`${DOCUMENT}\n`), EVENTFD);
  const pretty = DOCUMENT.replaceAll(/[{[,]/g, (mark) => `${mark}\n    `).replaceAll(/[}\]]/g, (mark) => `\n${mark}`);
  assert.deepEqual(await packed(pretty), EVENTFD);
  assert.deepEqual(await packed('{"magic":"PSTREE","entries":[]}'), buildImage('PSTREE', []));
});

test('a document of CRIT with extras', async () => {
  const data = Buffer.alloc(100, 'x');
  const base64 = `${data.toString('base64').replaceAll(/.{76}/g, '$&\n')}\n`;
  const document = { magic: 'PIPES_DATA', entries: [{ pipe_id: 3, bytes: 100, size: 4096, extra: base64 }] };
  const expected = buildImage('PIPES_DATA', [
    { payload: encodeWithOracle('pipe_data_entry', { pipe_id: 3, bytes: 100, size: 4096 }), extra: data },
  ]);
  assert.deepEqual(await packed(JSON.stringify(document)), expected);
});

test('a document of CRIT that is broken', async () => {
  for (const text of [
    DOCUMENT.slice(0, -1),
    DOCUMENT.slice(0, -2),
    DOCUMENT.slice(0, 60),
    `${DOCUMENT}x`,
    '{"magic":"PSTREE","entries":[5]}',
    '{"magic":"PSTREE","entries":[{}]}',
    '{"magic":"NOTHING","entries":[]}',
    '{"magic":5,"entries":[]}',
    '{"magic":"PSTREE","entries":{}}',
    '{"magic":"PSTREE","entries":[],"more":1}',
    '{"magic":"PSTREE","entries":[,]}',
  ]) {
    const { stderr, codes } = await shell('crit-pack', [], { input: text });
    assert.deepEqual(codes, [2], text);
    assert.match(stderr, /^crit-pack: [^\n]*\n$/);
  }
});

test('bare entries', async () => {
  assert.deepEqual(await packed([ENTRY], '--magic PSTREE'), PSTREE);
  const { stderr, codes } = await shell('crit-pack', [], { input: formatLines([ENTRY]) });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /--magic/);
});

test('a magic that is none is an error with the nearest one', async () => {
  const { stderr, codes } = await shell('crit-pack --magic PSTRE < /dev/null');
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /PSTRE.*PSTREE/);
});

test('one image only goes to standard output or to a file', async (t) => {
  const directory = temporary(t);
  const input = formatLines([...imageLines('a', 'PSTREE'), ...imageLines('b', 'PSTREE')]);
  for (const options of ['', '-o file']) {
    const { stderr, codes } = await shell(`crit-pack ${options}`, [], { input, cwd: directory });
    assert.deepEqual(codes, [2]);
    assert.match(stderr, /^crit-pack: .*-C/);
  }
  assert.deepEqual(readdirSync(directory), []);
});

test('a link or a directory has no bytes for standard output', async (t) => {
  const directory = temporary(t);
  for (const input of [
    [{ image: 'l', magic: 'LINK', begin: { target: 'x' } }],
    [{ image: 'd', magic: 'DIR', begin: {} }],
  ]) {
    for (const options of ['', '-o file']) {
      const { codes } = await shell(`crit-pack ${options}`, [], { input: formatLines(input), cwd: directory });
      assert.deepEqual(codes, [2]);
    }
  }
  assert.deepEqual(readdirSync(directory), []);
});

test('a file in the way is an error, or replaced with -f', async (t) => {
  const directory = temporary(t);
  const file = join(directory, 'file');
  writeFileSync(file, 'old');
  const input = formatLines([entryLine('x')]);
  const refused = await shell('crit-pack -o file', [], { input, cwd: directory });
  assert.deepEqual(refused.codes, [2]);
  assert.match(refused.stderr, /^crit-pack: file: is there already: -f replaces it\n/);
  assert.equal(readFileSync(file, 'utf8'), 'old');
  const forced = await shell('crit-pack -f -o file', [], { input, cwd: directory });
  assert.deepEqual([forced.stderr, forced.codes], ['', [0]]);
  assert.deepEqual(readFileSync(file), PSTREE);
  assert.deepEqual(readdirSync(directory), ['file']);
});

test('an error with -f leaves the old file as it was', async (t) => {
  const directory = temporary(t);
  mkdirSync(join(directory, 'out'));
  writeFileSync(join(directory, 'out/file'), 'old');
  const input = formatLines(imageLines('file', 'PSTREE', { entry: {} }));
  const { codes } = await shell('crit-pack -f -C out', [], { input, cwd: directory });
  assert.deepEqual(codes, [2]);
  assert.deepEqual(readdirSync(join(directory, 'out')), ['file']);
  assert.equal(readFileSync(join(directory, 'out/file'), 'utf8'), 'old');
});

test('the output directory and its parents are made', async (t) => {
  const directory = temporary(t);
  const { codes } = await shell('crit-pack -C a/b/c', [], {
    input: formatLines(imageLines('x/y', 'RAW')),
    cwd: directory,
  });
  assert.deepEqual(codes, [0]);
  assert.equal(existsSync(join(directory, 'a/b/c/x/y')), true);
});

test('an output directory that is a file, and a file that is a directory', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'file'), 'old');
  mkdirSync(join(directory, 'directory'));
  const input = formatLines([entryLine('x')]);
  for (const options of [
    '-C file',
    '-f -C file',
    '-C file/x',
    '-o directory',
    '-f -o directory',
    '-o no/such/directory',
    '-o ""',
  ]) {
    const { stderr, codes } = await shell(`crit-pack ${options}`, [], { input, cwd: directory });
    assert.deepEqual(codes, [2], options);
    assert.match(stderr, /^crit-pack: [^\n]*\n/);
  }
  assert.deepEqual(readdirSync(directory).sort(), ['directory', 'file']);
});

test('-o and -C exclude each other', async (t) => {
  const { stderr, codes } = await shell('crit-pack -o file -C out < /dev/null', [], { cwd: temporary(t) });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-pack: .*\n.*--help/);
});

test('images are for their owner alone, as those of CRIU; directories are as the umask says', async (t) => {
  const directory = temporary(t);
  const script = 'umask 027; crit-pack -C out lines; crit-pack -o file lines; stat -c %a out out/d out/d/x file';
  writeFileSync(join(directory, 'lines'), formatLines([entryLine('d/x')]));
  const { stdout, stderr } = await shell(script, [], { cwd: directory });
  assert.deepEqual([stderr, stdout.toString()], ['', '750\n750\n600\n600\n']);
});

test('one image that fails, and nothing is left of the others', async (t) => {
  const directory = temporary(t);
  const { stdout } = await shell('crit-cat "$1"', [fixture('real/simple')]);
  const input = Buffer.concat([stdout, Buffer.from(formatLines(imageLines('bad.img', 'PSTREE', { entry: {} })))]);
  for (const out of ['new', 'new/below', '.']) {
    const { codes } = await shell('crit-pack -C "$1"', [out], { input, cwd: directory });
    assert.deepEqual(codes, [2]);
    assert.deepEqual(readdirSync(directory), [], out);
  }
});
