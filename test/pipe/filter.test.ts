import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { formatLines, imageLines, parseLines, type TestLine } from '../lines.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const process = (pid: number, ppid: number): object => ({ entry: { pid, ppid, pgid: pid, sid: 1 } });
const LINES = [
  ...imageLines('pstree.img', 'PSTREE', process(1, 0), process(2, 1), process(3, 1)),
  ...imageLines(
    'eventfd.img',
    'EVENTFD_FILE',
    { entry: { id: 5, counter: '18446744073709551615' } },
    { entry: { id: 6, counter: 7 } },
  ),
  ...imageLines(
    'pages-1.img',
    'PAGES',
    { piece: { offset: 0, length: 5, data: 'aGVsbG8=' } },
    { piece: { offset: 5, length: 8192, fill: 0 } },
  ),
];

async function filter(args: readonly string[], input: string | object[] = LINES): Promise<TestLine[]> {
  const { stdout, stderr, codes } = await shell('crit-filter "$@"', args, {
    input: typeof input === 'string' ? input : formatLines(input),
  });
  assert.deepEqual([stderr, codes], ['', [0]]);
  return parseLines(stdout);
}
const pids = (lines: TestLine[]): unknown[] =>
  lines.flatMap(({ entry }) => (entry && 'pid' in entry ? [entry['pid']] : []));

test('the entries and pieces for which the expression is true are kept, and the brackets of their images', async () => {
  const lines = await filter(['entry?.ppid === 1']);
  assert.deepEqual(pids(lines), [2, 3]);
  assert.equal(lines.filter((line) => line.piece).length, 0);
  assert.equal(lines.filter((line) => line.begin).length, 1);
  assert.equal(lines.filter((line) => line.end).length, 1);
});

test('lines that are kept are the same bytes', async () => {
  const input =
    '{ "magic":"PSTREE", "image":"x","entry" : {"pid":1.0e0, "a":"\\u0041"} }\n{"image":"x","magic":"PSTREE","entry":{"pid":2}}';
  const { stdout } = await shell("crit-filter 'entry.pid === 1'", [], { input });
  assert.equal(stdout.toString(), input.slice(0, input.indexOf('\n') + 1));
});

test('true keeps all, false nothing', async () => {
  assert.deepEqual(await filter(['true']), LINES);
  assert.deepEqual(await filter(['false']), []);
});

test('what is not true or false counts as in JavaScript', async () => {
  assert.deepEqual(pids(await filter(['entry?.ppid'])), [2, 3]);
  assert.deepEqual(pids(await filter(['null'])), []);
  assert.deepEqual(pids(await filter(['"text"'])), [1, 2, 3]);
});

test('image, magic, entry, extra, piece, at and line are in scope', async () => {
  assert.deepEqual(pids(await filter(['image === "pstree.img" && entry.pid > 2'])), [3]);
  assert.deepEqual(pids(await filter(['magic === "PSTREE"'])), [1, 2, 3]);
  assert.equal((await filter(['piece && piece.length > 5'])).filter((line) => line.piece).length, 1);
  assert.deepEqual(pids(await filter(['line.entry?.pid === 1'])), [1]);
  const more = imageLines(
    'x',
    'PIPES_DATA',
    { entry: { bytes: 1 }, extra: 'eA==', at: { a: 1 } },
    { entry: { bytes: 2 }, extra: 'eHg=' },
  );
  assert.equal((await filter(['extra === "eA==" && at?.a === 1'], more)).filter((line) => line.entry).length, 1);
});

test('helpers for large numbers, hexadecimal and bytes', async () => {
  const kept = async (code: string): Promise<unknown[]> =>
    (await filter([code])).flatMap(({ entry, piece }) => entry?.['id'] ?? piece?.offset ?? []);
  assert.deepEqual(await kept('magic === "EVENTFD_FILE" && u64(entry.counter) === 18446744073709551615n'), [5]);
  assert.deepEqual(await kept('magic === "EVENTFD_FILE" && u64(entry.counter) < 8n'), [6]);
  assert.deepEqual(await kept('magic === "EVENTFD_FILE" && hex(entry.counter) === "0xffffffffffffffff"'), [5]);
  assert.deepEqual(await kept('piece?.data && bytes(piece.data)[0] === 104'), [0]);
  assert.deepEqual(await kept('piece?.data && base64(bytes(piece.data)) === piece.data'), [0]);
});

test('-v keeps the others', async () => {
  const lines = await filter(['-v', 'entry?.ppid === 1']);
  assert.deepEqual(pids(lines), [1]);
  assert.equal(lines.filter((line) => line.piece).length, 2);
  assert.deepEqual(await filter(['--invert', 'false']), LINES);
});

test('-c counts the entries and pieces that are kept', async () => {
  for (const [args, count] of [
    [['-c', 'true'], 7],
    [['-c', 'entry?.ppid === 1'], 2],
    [['--count', 'false'], 0],
    [['-c', '-v', 'entry'], 2],
    [['-c', '-x', '-m', 'PSTREE', 'true'], 3],
  ] as const) {
    const { stdout, codes } = await shell('crit-filter "$@"', args, { input: formatLines(LINES) });
    assert.deepEqual([stdout.toString(), codes], [`${count}\n`, [0]], args.join(' '));
  }
});

test('-m and -i choose the lines that are looked at, all others pass, or are dropped with -x', async () => {
  const others = LINES.filter((line) => !('magic' in line && line.magic === 'PSTREE'));
  const some = await filter(['-m', 'PSTREE', 'entry.pid === 2']);
  assert.deepEqual(pids(some), [2]);
  assert.deepEqual(
    some.filter((line) => line.magic !== 'PSTREE'),
    others,
  );
  assert.deepEqual(
    (await filter(['-x', '-m', 'PSTREE', 'entry.pid === 2'])).map(({ magic }) => magic),
    ['PSTREE', 'PSTREE', 'PSTREE'],
  );
  assert.deepEqual(
    await filter(['-x', '-i', 'pages-*', 'true']),
    LINES.filter((line) => 'image' in line && line.image === 'pages-1.img'),
  );
  assert.deepEqual(pids(await filter(['-i', 'pstree.img', 'entry.pid === 2'])), [2]);
  assert.deepEqual(await filter(['-m', 'MM,CORE', 'null.fails']), LINES);
});

test('chosen lines are found whatever other tools made of them', async () => {
  const input = LINES.map((line) =>
    JSON.stringify(Object.fromEntries(Object.entries(line).reverse())).replaceAll(':', ' : '),
  ).join('\n');
  assert.deepEqual(pids(await filter(['-x', '-m', 'PSTREE', 'entry.pid > 1'], input)), [2, 3]);
});

test("the pieces of an entry's extra go with it", async () => {
  const bytes = Buffer.alloc(70_000, 'x').toString('base64');
  const piece = (offset: number): object => ({ piece: { offset, length: 52_500, data: bytes.slice(0, 70_000) } });
  const lines = imageLines(
    'x',
    'PIPES_DATA',
    { entry: { pipe_id: 1, bytes: 105_000 } },
    piece(0),
    piece(52_500),
    { entry: { pipe_id: 2, bytes: 105_000 } },
    piece(0),
    piece(52_500),
  );
  const kept = await filter(['entry.pipe_id === 2'], lines);
  assert.deepEqual(kept, [lines[0], ...lines.slice(4)]);
  assert.deepEqual(await filter(['-v', 'entry.pipe_id === 2'], lines), [...lines.slice(0, 4), lines.at(-1)]);
});

test('values from the shell', async () => {
  assert.deepEqual(pids(await filter(['--arg', 'wanted', '2', 'entry?.pid === Number(wanted)'])), [2]);
  assert.deepEqual(pids(await filter(['--argjson', 'list', '[1, 3]', 'list.includes(entry?.pid)'])), [1, 3]);
  assert.deepEqual(
    pids(
      await filter([
        '--arg',
        'a',
        '"); process.exit(9); ("',
        '--arg',
        'b',
        '',
        'a.length === 23 && b === "" && entry?.pid === 1',
      ]),
    ),
    [1],
  );
});

test('code from a file; all operands are inputs then', async (t) => {
  const directory = temporary(t);
  writeFileSync(
    join(directory, 'code.js'),
    '// a comment\nentry?.ppid === 1 && // another\n  entry.pid > 2 // the last\n',
  );
  writeFileSync(join(directory, 'lines'), formatLines(LINES));
  const { stdout, stderr } = await shell('crit-filter -f code.js lines; crit-filter --file code.js < lines', [], {
    cwd: directory,
  });
  assert.equal(stderr, '');
  assert.deepEqual(pids(parseLines(stdout)), [3, 3]);
});

test('files of lines', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'lines'), formatLines(LINES));
  const script =
    "crit-filter 'entry?.pid === 1' lines lines; crit-filter 'entry?.pid === 2' - < lines; echo lines | crit-filter 'entry?.pid === 3' --files-from -";
  const { stdout, stderr } = await shell(script, [], { cwd: directory });
  assert.equal(stderr, '');
  assert.deepEqual(pids(parseLines(stdout)), [1, 1, 2, 3]);
});

test('a broken expression is an error before anything is read', async () => {
  for (const code of [
    '',
    '(',
    'entry.',
    'a b',
    'return 1',
    'entry); (',
    'let x = 1',
    'x = {',
    '//',
    '/*',
    '"',
    'await 1',
    'import("fs")',
  ]) {
    const { stdout, stderr, codes } = await shell('crit-filter "$1" < /dev/null', [code]);
    if (code === 'import("fs")' && codes[0] === 0) continue;
    assert.deepEqual([stdout.toString().replace(/^\{"error".*\n$/, ''), codes], ['', [2]], code);
    assert.match(stderr, /^crit-filter: [^\n]*\n/, code);
  }
});

test('an expression that fails says at which line', async () => {
  const { stdout, stderr, codes } = await shell("crit-filter -m PSTREE 'entry.threads.length > 1'", [], {
    input: formatLines(LINES),
  });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-filter: pstree\.img: line 2: [^\n]*undefined[^\n]*\n$/);
  assert.ok(parseLines(stdout).at(-1)?.error);
});

test('a name that is not there is told', async () => {
  const { stderr, codes } = await shell("crit-filter 'entyr?.pid === 1'", [], { input: formatLines(LINES) });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-filter: [^\n]*entyr[^\n]*\n$/);
});

test('a line that is no JSON is an error where it is looked at', async () => {
  const { stderr, codes } = await shell('crit-filter "entry"', [], {
    input: `${JSON.stringify(LINES[1])}\n{"image":"x","magic":"PSTREE","entry":\n`,
  });
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-filter: [^\n]*line 2: [^\n]*JSON[^\n]*\n$/);
});

test('the error of the tool before passes, and crit-pack sees it', async () => {
  const input = formatLines([...LINES, { error: { image: 'a.img', message: 'it failed' } }]);
  const { stdout, codes } = await shell('crit-filter -x -m PSTREE true | crit-map "" | crit-pack', [], { input });
  assert.deepEqual([codes.at(-1), stdout.length], [2, 0]);
});

test('what is kept of a real checkpoint can be packed', async (t) => {
  const directory = temporary(t);
  const script = `crit-cat "$1" | crit-filter -m PSTREE 'entry.ppid === 0' | crit-pack -C out; crit-cat out/pstree.img | crit-filter -c true`;
  const { stdout, stderr } = await shell(script, [fixture('real/procs')], { cwd: directory });
  assert.deepEqual([stderr, stdout.toString()], ['', '1\n']);
});

test('bare lines', async () => {
  const { stdout, stderr } = await shell('crit-cat --bare "$1" | crit-filter \'line.pid === 3\'', [
    fixture('crafted/PSTREE-typ.img'),
  ]);
  if (stderr === '') assert.equal(stdout.toString(), '{"pid":3,"ppid":6,"pgid":9,"sid":12,"threads":[15,16]}\n');
  else assert.match(stderr, /^crit-filter: line 1: /);
});
