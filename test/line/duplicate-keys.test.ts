import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isObject, parseJson } from '../../src/codec/json.ts';
import { Output } from '../../src/codec/output.ts';
import { CritError } from '../../src/error.ts';
import { shell } from '../shell.ts';
import { duplicateKey } from '../../src/line/duplicate-keys.ts';
import { LineFilter } from '../../src/line/filter/line-filter.ts';
import { LineMapper } from '../../src/line/filter/line-mapper.ts';
import { LinePipe } from '../../src/line/filter/line-pipe.ts';
import { packChunks } from './pack-lines.ts';

function find(text: string): string | undefined {
  const value = parseJson(text);
  assert.ok(isObject(value));
  return duplicateKey(text, Object.keys(value));
}

for (const [text, key] of [
  ['{"a":1,"b":2}', undefined],
  ['{"a":1,"b":2,"a":3}', 'a'],
  ['{ "a" :1, "b":2, "a" : 3 }', 'a'],
  ['{"a":1,"\\u0061":2}', 'a'],
  ['{"a":{"a":1},"b":[{"a":2},"a"]}', undefined],
  ['{"a":"\\"a\\":","b":"\\\\","c":"\\u0061"}', undefined],
  ['{"a":"\\\\\\"","b":[[]],"b":{}}', 'b'],
  ['{"a":"]}","b":"{[","c":1,"c":1}', 'c'],
  ['{"":1,"":2}', ''],
  ['{}', undefined],
] as const) {
  test(`${text} has ${key === undefined ? 'no key twice' : `"${key}" twice`}`, () => assert.equal(find(text), key));
}

const ENTRY = '"entry":{"pid":1,"ppid":0,"pgid":1,"sid":1}';

/** What each reader of lines says to a line. */
function readers(line: string): Record<string, () => void> {
  const pipe = (work: LineFilter | LineMapper) => (): void => {
    const reader = new LinePipe(new Output(), work);
    reader.push(Buffer.from(`${line}\n`));
    reader.end();
  };
  return {
    'crit-filter': pipe(new LineFilter('entry?.pid === 1 || piece')),
    'crit-map': pipe(new LineMapper('if (entry) entry.pid = 1')),
    'crit-pack': () => {
      const { error } = packChunks([Buffer.from(line)]);
      if (error) throw error;
    },
  };
}

for (const [what, line, message] of [
  [
    'a name twice',
    `{"image":"ok.img","magic":"RAW","piece":{"offset":0,"length":2,"data":"aGk="},"image":"secret.img"}`,
    /key "image" twice/,
  ],
  ['a kind twice', `{"image":"p.img","magic":"PSTREE",${ENTRY},${ENTRY}}`, /key "entry" twice/],
  ['an escaped key', `{"image":"p.img","magic":"PSTREE",${ENTRY},"m\\u0061gic":"MM"}`, /key "magic" twice/],
  [
    'a key that no line has',
    `{"image":"p.img","magic":"PSTREE",${ENTRY},"exrta":"AAAA"}`,
    /no key "exrta"; did you mean extra\?/,
  ],
  [
    'an extra without an entry',
    '{"image":"p.img","magic":"RAW","piece":{"offset":0,"length":0,"data":""},"extra":""}',
    /"extra" and "wire" are for entries/,
  ],
  ['a name that is not JSON', `{"image":"\\q","magic":"PSTREE",${ENTRY}}`, /not JSON/],
] as const) {
  for (const [reader, read] of Object.entries(readers(line))) {
    test(`${reader} refuses ${what}`, () =>
      assert.throws(read, (error) => error instanceof CritError && message.test(error.message)));
  }
}

test('of two equal keys within an entry the last counts, for all readers', () => {
  const line = '{"image":"p.img","magic":"PSTREE","entry":{"pid":1,"pid":2,"ppid":0,"pgid":1,"sid":1}}\n';
  const output = new Output();
  new LinePipe(output, new LineFilter('entry.pid === 2')).push(Buffer.from(line));
  assert.equal(output.take().toString(), line);
  const last = line.replace('"pid":1,', '');
  assert.deepEqual(packChunks([Buffer.from(line)]).images, packChunks([Buffer.from(last)]).images);
});

test('of two equal keys within an entry the last counts, in all tools alike', async () => {
  const line =
    '{"image":"pstree.img","magic":"PSTREE","entry":{"pid":1,"ppid":0,"pgid":1,"sid":1,"threads":[1],"pid":7}}';
  const tools = [
    'crit-pack | crit-cat --bare --name pstree.img',
    "crit-filter 'entry.pid === 7' | crit-pack | crit-cat --bare --name pstree.img",
    "crit-map 'entry.sid = 1' | crit-pack | crit-cat --bare --name pstree.img",
    'crit-edit -q --pid 7=7 | crit-pack | crit-cat --bare --name pstree.img',
  ];
  for (const tool of tools) {
    const { stdout, stderr } = await shell(tool, [], { input: `${line}\n` });
    assert.equal(String(stdout), '{"pid":7,"ppid":0,"pgid":1,"sid":1,"threads":[1]}\n', `${tool}: ${stderr}`);
  }
});

test('no image comes of a line with a key twice, whatever only passes it on', async () => {
  const line = '{"image":"ok.img","magic":"RAW","piece":{"offset":0,"length":2,"data":"aGk="},"image":"secret.img"}';
  for (const tool of ['crit-filter -i ok.img true', 'crit-filter true', 'crit-map -m PSTREE ""', 'cat']) {
    const { codes, stdout } = await shell(`${tool} | crit-pack`, [], { input: `${line}\n` });
    assert.deepEqual([codes.at(-1), stdout.length], [2, 0], tool);
  }
});
