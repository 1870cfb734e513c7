/** crit-grep finds what was planted, wherever it is, and nothing else. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildDirectory, core, mm, task, vma } from '../../../checkpoint/build-directory.ts';
import { shell } from '../../../shell.ts';
import { temporary } from '../../../temporary.ts';
import {
  ANON_PRIVATE,
  HEAP,
  MEMFD_SHARED,
  PAGE,
  SHARED,
  SYSV,
  buildCheckpoint,
  type BuiltCheckpoint,
  type BuiltPages,
} from '../../../memory/build-checkpoint.ts';

const NEEDLE = 'n33dle-in-memory';
const BASE = 0x7f00_0000_0000;

/** Bytes in which no needle begins. */
function hay(pages: number): Buffer {
  return Buffer.alloc(pages * PAGE, 'n33dle-in-memor_ ');
}

function plant(at: number, pages: Buffer, ...offsets: number[]): BuiltPages {
  for (const offset of offsets) pages.write(NEEDLE, offset);
  return { at, data: pages };
}

function build(directory: string, ways: Partial<BuiltCheckpoint> = {}): string {
  const whole = hay(40);
  for (const offset of [0, PAGE - 3, 10 * PAGE - 8, 40 * PAGE - NEEDLE.length]) whole.write(NEEDLE, offset);
  const shared = hay(2);
  shared.write(NEEDLE, PAGE - 5);
  return buildCheckpoint(directory, {
    processes: [
      {
        pid: 7,
        name: 'first',
        areas: [
          { start: BASE, end: BASE + 20 * PAGE, kind: HEAP },
          { start: BASE + 20 * PAGE, end: BASE + 100 * PAGE, kind: ANON_PRIVATE, prot: 1 },
          { start: BASE + (1 << 24), end: BASE + (1 << 24) + 3 * PAGE, kind: SHARED, shmid: 50, pgoff: PAGE },
          { start: BASE + (1 << 25), end: BASE + (1 << 25) + PAGE, kind: SYSV, shmid: 60 },
          { start: BASE + (1 << 26), end: BASE + (1 << 26) + PAGE, kind: MEMFD_SHARED, shmid: 3 },
        ],
        pages: [
          { at: BASE, data: whole.subarray(0, 10 * PAGE) },
          { at: BASE + 10 * PAGE, data: whole.subarray(10 * PAGE, 20 * PAGE) },
          { at: BASE + 20 * PAGE, data: whole.subarray(20 * PAGE) },
          // A hole of one page cuts what would be a needle.
          { at: BASE + 50 * PAGE, data: Buffer.concat([hay(1).subarray(8), Buffer.from(NEEDLE.slice(0, 8))]) },
          { at: BASE + 52 * PAGE, data: Buffer.concat([Buffer.from(NEEDLE.slice(8)), hay(1).subarray(8)]) },
        ],
      },
      {
        pid: 8,
        name: 'second\u001b[31m',
        areas: [{ start: BASE, end: BASE + 4 * PAGE, kind: SHARED, shmid: 50 }],
        pages: [],
      },
    ],
    shared: { 50: [{ at: PAGE, data: shared }], 61: [plant(0, hay(1), 100)], 70: [plant(0, hay(1), 200)] },
    memfds: [{ file: 3, shmem: 61, name: 'mem' }],
    inline: { 60: Buffer.from(`in a segment: ${NEEDLE}`) },
    ...ways,
  });
}

const hex = (address: number): string => `0x${address.toString(16)}`;
const EXPECTED: readonly string[] = [
  `7\tfirst\t[heap]\t${hex(BASE)}`,
  `7\tfirst\t[heap]\t${hex(BASE + PAGE - 3)}`,
  `7\tfirst\t[heap]\t${hex(BASE + 10 * PAGE - 8)}`,
  `7\tfirst\t[anon]\t${hex(BASE + 40 * PAGE - NEEDLE.length)}`,
  `7\tfirst\t[shared]\t${hex(BASE + (1 << 24) + PAGE - 5)}`,
  `7\tfirst\t/SYSV00000077\t${hex(BASE + (1 << 25) + 14)}`,
  `7\tfirst\t/memfd:mem\t${hex(BASE + (1 << 26) + 100)}`,
  `-\t-\t[shared]\t+${hex(200)}`,
].map((line) => `${line}\t${NEEDLE}`);
const ALSO = `\t(also 8:${hex(BASE + 2 * PAGE - 5)})`;

async function grep(script: string, ...args: string[]): Promise<{ lines: string[]; code: number; stderr: string }> {
  const { stdout, codes, stderr } = await shell(script, args);
  return { lines: stdout.toString('utf8').trimEnd().split('\n'), code: codes[0] ?? -1, stderr };
}

const WAYS = { plain: {}, compressed: { pagesPerBlock: 3 }, old: { isOld: true } };

for (const [name, ways] of Object.entries(WAYS)) {
  for (const [kind, options] of Object.entries({
    literal: ['-F', NEEDLE],
    'regular expression': ['n33dle-[a-z]+-memory'],
    'either case': ['-i', '-F', NEEDLE.toUpperCase()],
    hexadecimal: ['--hex', Buffer.from(NEEDLE).toString('hex')],
    'several patterns': ['-F', '-e', 'no such thing', '-e', NEEDLE, '-e', 'n33dle-in-memoryx'],
  })) {
    test(`finds all that was planted: ${name}, ${kind}`, async (t) => {
      const { lines, code, stderr } = await grep('crit-grep "$@"', ...options, build(temporary(t), ways));
      assert.equal(stderr, '');
      assert.deepEqual(
        lines,
        EXPECTED.map((line, i) => (i === 4 ? line + ALSO : line)),
      );
      assert.equal(code, 0);
    });
  }
}

for (const [name, ways] of Object.entries(WAYS)) {
  test(`an archive, ${name}: the same is found, and nothing is unpacked but what is about memory`, async (t) => {
    const directory = build(temporary(t), ways);
    writeFileSync(join(directory, 'ghost-file-1.img'), Buffer.alloc(4 << 20));
    writeFileSync(join(directory, 'config.dump'), Buffer.alloc(4 << 20, ' '));
    const script = 'tar -C "$1" -cf "$2/a.tar" . && crit-grep --max-unpacked 3M -F "$3" "$2/a.tar"';
    const { lines, code, stderr } = await grep(script, directory, temporary(t), NEEDLE);
    assert.deepEqual([stderr, code], ['', 0]);
    assert.deepEqual(
      lines,
      EXPECTED.map((line, i) => (i === 4 ? line + ALSO : line)),
    );
  });
}

test('an archive of older images, whose areas and files are in images of their own', async (t) => {
  const file = { flags: 0, pos: 0, fown: { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 } };
  // VMA_AREA_REGULAR | VMA_FILE_PRIVATE
  const area = vma(BASE, BASE + PAGE, 0x41, { shmid: 5 });
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': [task(7, 0)],
    ...core(7, 'old'),
    'mm-7.img MM': [mm(undefined)],
    'vmas-7.img VMAS': [area],
    'reg-files.img REG_FILES': [{ id: 5, ...file, name: '/srv/mapped' }],
    'pagemap-7.img PAGEMAP': [{ pages_id: 1 }, { vaddr: BASE, nr_pages: 1 }],
  });
  writeFileSync(join(directory, 'pages-1.img'), Buffer.from(NEEDLE.padEnd(PAGE)));
  const script = 'tar -C "$1" -cf "$2/a.tar" . && crit-grep -F "$3" "$2/a.tar"';
  const { lines, code, stderr } = await grep(script, directory, temporary(t), NEEDLE);
  assert.deepEqual([stderr, code], ['', 0]);
  assert.deepEqual(lines, [`7\told\t/srv/mapped\t0x${BASE.toString(16)}\t${NEEDLE}`]);
});

test('finds UTF-16 and binary bytes', async (t) => {
  const data = hay(2);
  data.write('pässword', 100, 'utf16le');
  data.set([0xde, 0xad, 0xbe, 0xef], PAGE - 2);
  const areas = [{ start: BASE, end: BASE + 2 * PAGE, kind: HEAP }];
  const directory = buildCheckpoint(temporary(t), { processes: [{ pid: 7, areas, pages: [{ at: BASE, data }] }] });
  const utf16 = await grep('crit-grep --utf16 pässword "$1"', directory);
  assert.match(utf16.lines.join('\n'), new RegExp(`^7\tbuilt\t\\[heap\\]\t${hex(BASE + 100)}\t[^\n]*$`));
  const binary = await grep('crit-grep --hex "de ad be ef" "$1"', directory);
  assert.deepEqual(binary.lines, [`7\tbuilt\t[heap]\t${hex(BASE + PAGE - 2)}\t\\xde\\xad\\xbe\\xef`]);
  assert.equal((await grep('crit-grep -F password "$1"', directory)).code, 1);
});

test('options choose, count, list and end', async (t) => {
  const directory = build(temporary(t));
  const count = async (...options: string[]): Promise<number> => {
    const { lines, code } = await grep('crit-grep -F "$@"', NEEDLE, directory, ...options);
    return code === 1 ? 0 : lines.length;
  };
  assert.equal(await count('--vma', '[heap]'), 3);
  assert.equal(await count('--vma', '/memfd:*'), 1);
  assert.equal(await count('--prot', 'rw'), 6);
  assert.equal(await count('--prot', 'r--'), 1);
  assert.equal(await count('-p', '8'), 1);
  assert.equal(await count('-p', '7'), 7);
  assert.equal(await count('-m', '2'), 2 + 4);
  assert.equal(await count('-p', '8', '--vma', '[heap]'), 0);
  const name = 'second\\x1b[31m';
  assert.deepEqual((await grep('crit-grep -c -F "$@"', NEEDLE, directory)).lines, [
    '7\tfirst\t7',
    `8\t${name}\t1`,
    '-\t-\t1',
  ]);
  assert.deepEqual((await grep('crit-grep -l -F "$@"', NEEDLE, directory)).lines, ['7\tfirst', `8\t${name}`, '-\t-']);
});

test('JSON has the context and all users', async (t) => {
  const { lines } = await grep('crit-grep --json -C 6 -p 8 -F "$@"', NEEDLE, build(temporary(t)));
  const address = hex(BASE + 2 * PAGE - 5);
  assert.deepEqual(
    lines.map((line): unknown => JSON.parse(line)),
    [
      {
        pid: 8,
        comm: 'second\u001b[31m',
        vma: '[shared]',
        prot: 'rw-',
        address,
        length: NEEDLE.length,
        match: NEEDLE,
        before: hay(2).toString('latin1', PAGE - 11, PAGE - 5),
        after: hay(2).toString('latin1', PAGE + 11, PAGE + 17),
        shmem: 50,
        offset: hex(2 * PAGE - 5),
        users: [{ pid: 8, vma: '[shared]', address }],
      },
    ],
  );
});

test('matches of contiguous memory are those of grep, across all borders', async (t) => {
  const directory = temporary(t);
  let state = 1;
  const data = Buffer.alloc(700 * PAGE);
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    data[i] = 'abcdefgh-\n\0\xff'.charCodeAt((state >>> 16) % 12);
  }
  writeFileSync(join(directory, 'flat'), data);
  const pages: BuiltPages[] = [];
  for (let at = 0; at < 700; at += 7)
    pages.push({ at: BASE + at * PAGE, data: data.subarray(at * PAGE, (at + 7) * PAGE) });
  const areas = [{ start: BASE, end: BASE + data.length, kind: HEAP }];
  buildCheckpoint(join(directory, 'dump'), { processes: [{ pid: 7, areas, pages }] });
  buildCheckpoint(join(directory, 'packed'), { processes: [{ pid: 7, areas, pages }], pagesPerBlock: 2 });
  for (const pattern of ['abcd', 'a[bc]+d', 'h-h', '[a-h]{18,}', '(ab|cd)-(ef|gh)', 'abc$', '^abc', 'a.b.c']) {
    const { stdout } = await shell('LC_ALL=C grep -abo -E -e "$1" "$2/flat" | cut -d: -f1', [pattern, directory]);
    const expected = stdout.toString('latin1');
    for (const dump of ['dump', 'packed']) {
      const script = 'crit-grep --json -e "$1" "$2/$3" | jq -r .address';
      const found = (await shell(script, [pattern, directory, dump])).stdout.toString('latin1');
      const offsets = found.replace(/0x[0-9a-f]+/g, (address) => String(Number(address) - BASE));
      assert.ok(expected.length > 0 && offsets === expected, `${pattern} in ${dump}`);
    }
  }
});

test('strings are those of strings(1)', async (t) => {
  const data = Buffer.concat([Buffer.from('\0short\0abc\0tab\there\n\x7f'), hay(1).subarray(21)]);
  const areas = [{ start: BASE, end: BASE + PAGE, kind: HEAP }];
  const directory = buildCheckpoint(temporary(t), { processes: [{ pid: 7, areas, pages: [{ at: BASE, data }] }] });
  const { lines } = await grep('crit-grep --strings "$1" | cut -f 4,5', directory);
  assert.deepEqual(lines.slice(0, 2), [`${hex(BASE + 1)}\tshort`, `${hex(BASE + 11)}\ttab\\x09here`]);
  assert.equal((await grep('crit-grep --strings -n 6 -c "$1"', directory)).lines[0], '7\tbuilt\t2');
});

test('shards one after another print what one process prints, with what is not memory in the last one', async (t) => {
  const directory = build(temporary(t));
  const all = (await shell('crit-grep --all -F -e "$1" -e first "$2"', [NEEDLE, directory])).stdout.toString('utf8');
  assert.match(all, /\tcore-7\.img\t/);
  const script = 'for k in 1 2 3 4; do crit-grep --all --shard $k/4 -F -e "$1" -e first "$2"; echo "exit $?"; done';
  const parts = (await shell(script, [NEEDLE, directory])).stdout.toString('utf8');
  assert.equal(parts.replaceAll(/^exit .\n/gm, ''), all);
  assert.deepEqual(parts.match(/^exit .$/gm), ['exit 0', 'exit 1', 'exit 1', 'exit 0']);
});

test('says what is wrong, with exit code 2', async (t) => {
  const directory = build(temporary(t));
  for (const [args, reason] of [
    [['x'], /^crit-grep: DIR is missing\n/],
    [['-F', '', directory], /empty pattern/],
    [['(?=x)', directory], /the pattern looks around/],
    [['(', directory], /Unterminated group/],
    [['--hex', 'abc', directory], /not pairs of hexadecimal digits: abc/],
    [['x', '-p', '99', directory], /no memory of a process 99; there is that of 7, 8/],
    [['x', '--prot', 'q', directory], /q is no protection/],
    [['--strings', '-n', '0', directory], /--bytes 0 is not a whole number from 1/],
    [['--shard', '3/2', 'x', directory], /--shard 3\/2 is not K\/N/],
    [['--shard', '1/2', '-c', 'x', directory], /--count asks about whole processes: --shard gives parts/],
    [['x', join(directory, 'nothing')], /no such file or directory/],
    [['x', '/'], /is no checkpoint/],
  ] as const) {
    const { code, stderr } = await grep('crit-grep "$@"', ...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, reason);
  }
});

test('little memory, for much memory in many pieces', async (t) => {
  const page = hay(1);
  const data = Buffer.concat([page, page, Buffer.from(NEEDLE), page.subarray(NEEDLE.length)]);
  const pages = Array.from({ length: 6000 }, (_, i) => ({ at: BASE + i * 4 * PAGE, data }));
  const areas = [{ start: BASE, end: BASE + 24_000 * PAGE, kind: HEAP }];
  const directory = buildCheckpoint(temporary(t), { processes: [{ pid: 7, areas, pages }] });
  const { stdout, peak } = await shell('crit-grep -c "$@"', ['n33dle-[a-z]+-memory', directory], { measure: true });
  assert.equal(stdout.toString('utf8'), '7\tbuilt\t6000\n');
  assert.ok(peak > 20 && peak < 120, `${peak} MiB`);
});

test('"not found" is not said of pages that were left to a lazy-pages server', async (t) => {
  const areas = [{ start: BASE, end: BASE + 8 * PAGE, kind: HEAP }];
  const pages: BuiltPages[] = [plant(BASE, hay(1), 0), { at: BASE + 4 * PAGE, pages: 2, where: 'lazy' }];
  const directory = buildCheckpoint(join(temporary(t), 'lazy'), { processes: [{ pid: 7, areas, pages }] });
  const found = await shell('crit-grep -c -F "$1" "$2"', [NEEDLE, directory]);
  assert.deepEqual(found.codes, [0]);
  const { codes, stderr } = await shell('crit-grep -F elsewhere "$1"', [directory]);
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /nothing found, but 2 pages were left to a lazy-pages server and could not be searched/);
});
