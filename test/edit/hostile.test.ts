/** Lines from anywhere: chunks of any size, lines without brackets, lines that are damaged, more lines than can wait. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import * as fc from 'fast-check';
import { checkpointLines } from '../../src/cat/checkpoint-lines.ts';
import { Output } from '../../src/codec/output.ts';
import { makeEdits, type Edits } from '../../src/edit/edits.ts';
import { LineEditor } from '../../src/edit/line-editor.ts';
import { CritError } from '../../src/error.ts';
import { fixture } from '../fixtures.ts';
import { edited, entriesOf, regular, socket } from './edited.ts';

/** All edits at once. */
const ALL: Edits = {
  path: ['/srv/corpus=/a', '/dev=/b'],
  port: ['5080:6000'],
  address: ['127.0.0.0/8=10.0.0.0/8', '192.0.2.0/24=10.1.2.0/24', '::1=fd00::1'],
  'pid-offset': '1000',
  uid: ['0=1'],
  gid: ['0=1'],
  map: ['0=100000'],
  hostname: 'x',
  comm: '2585=y',
  env: 'PATH=/',
  args: '2585:0=/p',
  cgroup: ['/corpus=/z'],
  limit: ['core=1:2'],
  ignore: 'size,mode,build-id',
  tty: ['0=7'],
  external: ['a=b'],
  'no-seccomp': true,
  'lsm-profile': 'none',
  set: ['FILES entry.reg && (entry.reg.pos = 0)'],
};

async function linesOf(name: string): Promise<string> {
  const parts: string[] = [];
  for await (const chunk of checkpointLines([join(fixture('real'), name)])) parts.push(chunk.toString());
  return parts.join('');
}

/** The lines after all edits; the error of ours where they are refused. */
function attempt(text: Buffer, size = text.length): string {
  const output = new Output();
  const editor = new LineEditor(output, makeEdits(ALL), { ifPresent: true });
  const parts: Buffer[] = [];
  try {
    for (let at = 0; at < text.length; at += size) {
      // A reader uses its buffer again.
      const chunk = Buffer.from(text.subarray(at, at + size));
      editor.push(chunk);
      chunk.fill(0);
      parts.push(output.take());
    }
    editor.end();
    parts.push(output.take());
  } catch (error) {
    if (!(error instanceof CritError)) throw error;
    return error.message;
  }
  return Buffer.concat(parts).toString();
}

for (const name of ['ns-veth', 'inet-netns', 'tty', 'v411-procs', 'cgroup', 'simple']) {
  test(`all edits at once, in chunks of any size: ${name}`, async () => {
    const text = Buffer.from(await linesOf(name));
    const whole = attempt(text);
    assert.ok(whole.startsWith('{"image"'), whole.slice(0, 200));
    for (const size of [997, 65536]) assert.ok(attempt(text, size) === whole);
    assert.ok(attempt(text.subarray(0, -1)) === whole, 'without the last newline');
  });
}

test('lines without brackets', async () => {
  const text = await linesOf('inet-netns');
  const bare = text.replace(/^\{"image":"[^"]+","magic":"[^"]+","(?:begin|end)":.*\n/gm, '');
  const expected = attempt(Buffer.from(text))
    .split('\n')
    .filter((line) => !/","(?:begin|end)":/.test(line.slice(0, 80)));
  assert.deepEqual(attempt(Buffer.from(bare)).split('\n').sort(), expected.sort());
});

test('damaged lines are errors of ours, or lines', async () => {
  const texts = await Promise.all(['ns-veth', 'simple', 'cgroup'].map(linesOf));
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.length < 20_000);
  const word = fc.constantFrom(
    '"',
    '{',
    '}',
    '0',
    '-1',
    'null',
    '[]',
    '{}',
    '99999999999',
    '"x"',
    ',',
    'true',
    '"base64"',
  );
  fc.assert(
    fc.property(fc.constantFrom(...lines), fc.nat(), fc.nat(40), word, (line, place, length, text) => {
      const at = place % (line.length + 1);
      attempt(Buffer.from(`${line.slice(0, at)}${text}${line.slice(at + length)}\n`));
    }),
    { numRuns: 1500 },
  );
});

test('values of other kinds in the place of a field are errors of ours, or nothing', () => {
  const value = fc.oneof(fc.json(), fc.constantFrom('null', '[]', '{}', '-1', '1e99', '"\\ud800"'));
  const field = fc.constantFrom('name', 'id', 'fown', 'size', 'build_id', 'src_addr', 'src_port', 'state', 'proto');
  fc.assert(
    fc.property(field, value, (name, json) => {
      const both = [
        regular(1, '/srv/corpus'),
        socket(2, { state: 10, src_port: 5080, dst_port: 0, src_addr: [1], dst_addr: [0] }),
      ];
      const text = entriesOf('files.img', 'FILES', ...both)
        .map((line) =>
          JSON.stringify(line).replace(
            new RegExp(`"${name}":(?:"[^"]*"|\\d+|\\[[^\\]]*\\])`),
            () => `"${name}":${json}`,
          ),
        )
        .join('\n');
      attempt(Buffer.from(`${text}\n`));
    }),
    { numRuns: 500 },
  );
});

test('more lines than can wait are an error that says what to do', () => {
  const sockets = Array.from({ length: 50_000 }, (_, i) =>
    socket(i, { state: 10, src_port: 80, dst_port: 0, src_addr: [1], dst_addr: [0] }),
  );
  const lines = entriesOf('files.img', 'FILES', ...sockets);
  assert.throws(
    () => edited(lines, { port: '80:81' }),
    /files.img: .*more than 16 MiB of lines .*crit-edit .. DUMP -C OUT/,
  );
});
