import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { formatLines, imageLines, parseLines, type TestLine } from '../lines.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { readTree } from '../tree.ts';

const process = (pid: number, ppid: number): object => ({ entry: { pid, ppid, pgid: pid, sid: 1 } });
const LINES = [
  ...imageLines('pstree.img', 'PSTREE', process(1, 0), process(2, 1), process(3, 1)),
  ...imageLines('eventfd.img', 'EVENTFD_FILE', { entry: { id: 5, counter: '18446744073709551615' } }),
  ...imageLines('pages-1.img', 'PAGES', { piece: { offset: 0, length: 5, data: 'aGVsbG8=' } }),
];

async function map(args: readonly string[], input: string | object[] = LINES): Promise<TestLine[]> {
  const { stdout, stderr, codes } = await shell('crit-map "$@"', args, {
    input: typeof input === 'string' ? input : formatLines(input),
  });
  assert.deepEqual([stderr, codes], ['', [0]]);
  return parseLines(stdout);
}
const pids = (lines: TestLine[]): unknown[] =>
  lines.flatMap(({ entry }) => (entry && 'pid' in entry ? [entry['pid']] : []));

test('statements change entries', async () => {
  const lines = await map(['-m', 'PSTREE', 'entry.pid += 100; if (entry.ppid) entry.ppid += 100']);
  assert.deepEqual(
    lines.slice(0, 5),
    imageLines(
      'pstree.img',
      'PSTREE',
      { entry: { pid: 101, ppid: 0, pgid: 1, sid: 1 } },
      { entry: { pid: 102, ppid: 101, pgid: 2, sid: 1 } },
      { entry: { pid: 103, ppid: 101, pgid: 3, sid: 1 } },
    ),
  );
  assert.deepEqual(lines.slice(5), LINES.slice(5));
});

test('an entry can be put in the place of another', async () => {
  const [, first] = await map(['-x', '-m', 'PSTREE', 'entry = { pid: 9, ppid: entry.ppid, pgid: 9, sid: 9 }']);
  assert.deepEqual(first?.entry, { pid: 9, ppid: 0, pgid: 9, sid: 9 });
});

test('no code changes no byte', async () => {
  const input =
    '{ "magic":"PSTREE", "image":"x","entry" : {"pid":1.0e0, "a":"\\u0041"} }\n{"image":"x","magic":"RAW","end":{}}';
  const { stdout, codes } = await shell("crit-map ''", [], { input });
  assert.deepEqual([stdout.toString(), codes], [`${input}\n`, [0]]);
});

test('drop() leaves a line out', async () => {
  assert.deepEqual(pids(await map(['if (entry?.pid === 2) drop()'])), [1, 3]);
  assert.deepEqual(await map(['drop()']), []);
});

test('dropping an entry drops the pieces of its extra', async () => {
  const piece = { piece: { offset: 0, length: 5, data: 'aGVsbG8=' } };
  const lines = imageLines(
    'x',
    'PIPES_DATA',
    { entry: { pipe_id: 1, bytes: 5 } },
    piece,
    { entry: { pipe_id: 2, bytes: 5 } },
    piece,
  );
  assert.deepEqual(await map(['if (entry?.pipe_id === 1) drop()'], lines), [lines[0], ...lines.slice(3)]);
});

test('pieces and extras can be changed', async () => {
  const upper =
    'if (piece?.data) { const b = bytes(piece.data); for (let i = 0; i < b.length; i++) b[i] -= 32; piece.data = base64(b); }';
  assert.deepEqual((await map([upper])).find((line) => line.piece)?.piece, { offset: 0, length: 5, data: 'SEVMTE8=' });
  const lines = imageLines('x', 'PIPES_DATA', { entry: { pipe_id: 1, bytes: 1 }, extra: 'eA==' });
  assert.deepEqual((await map(['extra = base64(bytes("eHg=")); entry.bytes = 2'], lines))[1], {
    image: 'x',
    magic: 'PIPES_DATA',
    entry: { pipe_id: 1, bytes: 2 },
    extra: 'eHg=',
  });
});

test('an image can be given another name, brackets and all', async (t) => {
  const directory = temporary(t);
  const script = `crit-cat "$1" | crit-map 'image = "copy/" + image' | crit-pack -C out`;
  const { stderr, codes } = await shell(script, [fixture('real/simple')], { cwd: directory });
  assert.deepEqual([stderr, codes], ['', [0, 0, 0]]);
  assert.deepEqual(readTree(join(directory, 'out/copy')), readTree(fixture('real/simple')));
});

test('large numbers stay exact', async () => {
  const [counter] = (
    await map(['-x', '-m', 'EVENTFD_FILE', 'if (entry) entry.counter = u64(entry.counter) - 1n'])
  ).flatMap(({ entry }) => (entry ? [entry] : []));
  assert.equal(counter?.['counter'], '18446744073709551614');
  const [small] = (await map(['-x', '-m', 'EVENTFD_FILE', 'if (entry) entry.counter = 7n'])).flatMap(({ entry }) =>
    entry ? [entry] : [],
  );
  assert.equal(small?.['counter'], 7);
  const bare = '{"image":"x","magic":"EVENTFD_FILE","entry":{"id":1,"counter":18446744073709551615}}\n';
  assert.match(JSON.stringify((await map(['entry.id = 2'], bare))[0]), /"counter":"18446744073709551615"/);
});

test('keys keep their order', async () => {
  const { stdout } = await shell("crit-map 'at = { a: 1 }; entry.b = 2'", [], {
    input: '{"image":"x","magic":"PSTREE","entry":{"a":1},"extra":"eA=="}\n',
  });
  assert.equal(stdout.toString(), '{"image":"x","magic":"PSTREE","entry":{"a":1,"b":2},"extra":"eA==","at":{"a":1}}\n');
});

test('values from the shell', async () => {
  assert.deepEqual(
    pids(
      await map([
        '--arg',
        'a',
        'x',
        '--argjson',
        'b',
        '{"c":[5]}',
        '-m',
        'PSTREE',
        '-x',
        'entry.pid = b.c[0] + a.length',
      ]),
    ),
    [6, 6, 6],
  );
});

test('code from a file', async (t) => {
  const directory = temporary(t);
  writeFileSync(
    join(directory, 'code.js'),
    '// comment\nfunction next(n) {\n  return n + 1;\n}\nif (entry?.pid)\n  entry.pid = next(entry.pid) // end',
  );
  writeFileSync(join(directory, 'lines'), formatLines(LINES));
  const { stdout, stderr } = await shell('crit-map -f code.js lines', [], { cwd: directory });
  assert.equal(stderr, '');
  assert.deepEqual(pids(parseLines(stdout)), [2, 3, 4]);
});

test('broken code is an error before anything is read', async () => {
  for (const code of ['(', 'if', 'entry.', '}', 'let entry = 1; let entry = 2', '"', '`', '/*']) {
    const { stderr, codes } = await shell('crit-map "$1" < /dev/null', [code]);
    assert.deepEqual(codes, [2], code);
    assert.match(stderr, /^crit-map: [^\n]*\n/, code);
  }
});

test('code that fails says at which line', async () => {
  const { stdout, stderr, codes } = await shell(
    'crit-map -m PSTREE \'if (entry.pid === 2) throw new Error("no more")\'',
    [],
    { input: formatLines(LINES) },
  );
  assert.deepEqual(codes, [2]);
  assert.match(stderr, /^crit-map: pstree\.img: line 3: [^\n]*no more[^\n]*\n$/);
  assert.deepEqual(pids(parseLines(stdout)), [1]);
});

test('what cannot be a line is an error', async () => {
  for (const code of ['entry.self = entry', 'entry = () => 1', 'entry = Symbol()', 'image = 5']) {
    const { stderr, codes } = await shell(
      'crit-map -m PSTREE "$1" | crit-pack -C "$2"',
      [code, join(fixture(''), 'never')],
      { input: formatLines(LINES.slice(0, 5)) },
    );
    assert.equal(codes.at(-1), 2, code);
    assert.match(stderr, /^crit-(map|pack): /, code);
  }
});

test('a change that does not fit is refused by crit-pack, which names the field', async (t) => {
  const directory = temporary(t);
  const { stderr, codes } = await shell(
    'crit-cat "$1" | crit-map -m PSTREE "entry.pid = -1" | crit-pack -C out',
    [fixture('real/simple')],
    { cwd: directory },
  );
  assert.equal(codes.at(-1), 2);
  assert.match(stderr, /crit-pack: pstree\.img: .*pid: -1 is out of the range/);
});
