import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Output } from '../../../src/codec/output.ts';
import { CritError } from '../../../src/error.ts';
import { LineFilter, type FilterOptions } from '../../../src/line/filter/line-filter.ts';
import { LineMapper } from '../../../src/line/filter/line-mapper.ts';
import { LinePipe, type LineWork, type PipeOptions } from '../../../src/line/filter/line-pipe.ts';
import { formatLines, imageLines, parseLines } from '../../lines.ts';

function run(work: LineWork, lines: readonly object[], options: PipeOptions = {}): object[] {
  const output = new Output();
  const pipe = new LinePipe(output, work, options);
  pipe.push(Buffer.from(formatLines([...lines])));
  pipe.end();
  return parseLines(output.take());
}
const filter = (code: string, lines: readonly object[], options: FilterOptions = {}): object[] =>
  run(new LineFilter(code, options), lines, options);
const map = (code: string, lines: readonly object[], options: PipeOptions = {}): object[] =>
  run(new LineMapper(code), lines, options);

const task = (pid: number): object => ({ entry: { pid, ppid: 0, pgid: 1, sid: 1 } });
const hello = { piece: { offset: 0, length: 5, data: 'aGVsbG8=' } };
const pstree = imageLines('pstree.img', 'PSTREE', task(1), task(2));
const timens = imageLines('timens-0.img', 'TIMENS', { entry: { monotonic: {}, boottime: {} } });
const empty = imageLines('seccomp.img', 'SECCOMP');
const route = imageLines('route-9.img', 'RAW', hello);
const link = [
  { image: 'parent', magic: 'LINK', begin: { target: '../1' } },
  { image: 'parent', magic: 'LINK', end: {} },
];
const directory = imageLines('empty', 'DIR');
const all = [...directory, ...link, ...pstree, ...route, ...empty, ...timens];
const without = (...gone: object[][]): object[] => all.filter((line) => !gone.some((lines) => lines.includes(line)));

test('an image whose lines are all left out goes with its brackets', () => {
  assert.deepEqual(filter('image !== "timens-0.img"', all), without(timens));
  assert.deepEqual(map('if (magic === "RAW") drop()', all), without(route));
  assert.deepEqual(filter('entry?.pid !== 1 && entry?.pid !== 2', all), without(pstree));
});

test('an image that was empty stays, as do links and directories', () => {
  assert.deepEqual(filter('entry?.pid === 1', all), [...directory, ...link, pstree[0], pstree[1], pstree[3], ...empty]);
  assert.deepEqual(map('if (entry || piece) drop()', all), [...directory, ...link, ...empty]);
});

test('code that is about images alone leaves out what has no entries, too', () => {
  assert.deepEqual(filter('image !== "seccomp.img"', all), without(empty));
  assert.deepEqual(filter('magic !== "LINK"', all), without(link));
  assert.deepEqual(map('if (image === "empty") drop()', all), without(directory));
  assert.deepEqual(filter('image === "parent"', all, { invert: true }), without(link));
  assert.deepEqual(filter('false', all), []);
});

test('what is not chosen passes, or goes with the exclusive option', () => {
  assert.deepEqual(filter('false', all, { magics: ['TIMENS'] }), without(timens));
  assert.deepEqual(filter('entry.pid === 1', all, { magics: ['PSTREE'], exclusive: true }), [
    pstree[0],
    pstree[1],
    pstree[3],
  ]);
  assert.deepEqual(filter('entry.pid === 3', all, { magics: ['PSTREE'], exclusive: true }), []);
});

test('images whose lines are mixed are told apart', () => {
  const mixed = [
    pstree[0],
    route[0],
    timens[0],
    pstree[1],
    timens[1],
    route[1],
    timens[2],
    pstree[2],
    route[2],
    pstree[3],
  ];
  const lines = mixed.flatMap((line) => line ?? []);
  assert.deepEqual(
    filter('magic === "RAW"', lines),
    lines.filter((line) => route.includes(line)),
  );
  assert.deepEqual(
    filter('magic !== "TIMENS"', lines).filter((line) => pstree.includes(line) || line),
    [pstree[0], pstree[1], route[0], route[1], pstree[2], route[2], pstree[3]],
  );
});

test('the pieces of an extra go with their entry, and with the last one the image', () => {
  const extra = { piece: { offset: 0, length: 5, data: 'aGVsbG8=' } };
  const pipes = imageLines('pipes-data.img', 'PIPES_DATA', { entry: { pipe_id: 1, bytes: 5 } }, extra);
  assert.deepEqual(filter('entry.pipe_id !== 1', [...pipes, ...pstree], { magics: ['PIPES_DATA'] }), pstree);
  assert.deepEqual(map('if (entry) drop()', pipes), []);
});

test('lines without brackets need none', () => {
  const lines = [pstree[1], pstree[2], timens[1]].flatMap((line) => line ?? []);
  assert.deepEqual(filter('entry.pid === 2', lines), [pstree[2]]);
  assert.deepEqual(filter('false', pstree.slice(1)), []);
});

test('an image that never ended is not hidden', () => {
  assert.deepEqual(filter('magic !== "PSTREE"', pstree.slice(0, -1)), [pstree[0]]);
  assert.deepEqual(filter('entry.pid === 1', pstree.slice(0, -1)), pstree.slice(0, 2));
});

test('an image that begins twice is an error', () => {
  assert.throws(() => filter('true', [...pstree.slice(0, 2), ...pstree]), /pstree\.img: line 3: begins twice/);
});

test('brackets get the names that the lines get', () => {
  const renamed = pstree.map((line) => ({ ...line, image: 'new' }));
  for (const code of [
    '[image] = ["new"]',
    '({ image } = { image: "new" })',
    'if (entry) image = "new"',
    'eval("image = `new`")',
  ]) {
    assert.deepEqual(map(code, pstree), renamed, code);
  }
  assert.deepEqual(map('[1].map((image) => image); [2].forEach((image) => { image = 5; })', all), all);
});

test('what has no entries is renamed where the code renames', () => {
  const names = (code: string): unknown[] => map(code, all).flatMap((line) => ('image' in line ? line.image : []));
  for (const code of ['image = `x/${image}`', '[image] = ["x/" + image]; if (entry) entry.note = 1']) {
    assert.deepEqual(
      names(code),
      all.map((line) => 'image' in line && `x/${String(line.image)}`),
      code,
    );
  }
  // Not where it only has a variable of the same name, although such code would fail there.
  assert.deepEqual(map('(entry ?? piece).list; { let image = 5; image++; }', all), all);
});

test('an image can be divided', () => {
  const names = map('image = `${entry.pid}.img`', pstree).map((line) => 'image' in line && line.image);
  assert.deepEqual(names, ['1.img', '1.img', '2.img', '2.img', '1.img', '2.img']);
});

test('begin lines that are held have a bound', () => {
  const output = new Output();
  const pipe = new LinePipe(output, new LineFilter('true'));
  const begin = (name: string): Buffer =>
    Buffer.from(`{"image":"${name}","magic":"RAW","begin":{"tar":{"uname":"${'x'.repeat(8 * 1024 * 1024)}"}}}\n`);
  const end = (name: string): Buffer => Buffer.from(`{"image":"${name}","magic":"RAW","end":{}}\n`);
  for (let i = 0; i < 10; i++) {
    pipe.push(begin(`a${i}`));
    pipe.push(end(`a${i}`));
    output.length = 0;
  }
  assert.throws(
    () => {
      for (let i = 0; i < 10; i++) pipe.push(begin(`b${i}`));
    },
    (error) => error instanceof CritError && error.code === 'limit',
  );
});
