/** The stream of criu-image-streamer, from the facts of its format: written here by hand, read by crit-cat, and back. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { assert as assertProperty, property, uint8Array } from 'fast-check';
import { beginsStream } from '../../../src/container/streamer/detect-stream.ts';
import { StreamerContainer } from '../../../src/container/streamer/streamer-container.ts';
import { CritError } from '../../../src/error.ts';
import { CHECKPOINTS, fixture } from '../../fixtures.ts';
import { shell } from '../../shell.ts';
import { temporary } from '../../temporary.ts';

const IMAGES = fixture('real/procs');
const names = readdirSync(IMAGES);
const contents = new Map(names.map((name) => [name, readFileSync(join(IMAGES, name))]));

type Said = { filename: string } | { data: Buffer } | { fileEnd: true } | { end: true };

/** A message as the format has it: its length, and the fields of a proto3 message, of which a seq of 0 is left out. */
function message(seq: number, said: Said): Buffer {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
  const name = 'filename' in said ? Buffer.from(said.filename) : Buffer.alloc(0);
  const fields = Buffer.from([
    ...(seq > 0 ? [0x08, ...varint(seq)] : []),
    ...('filename' in said ? [0x12, ...varint(name.length), ...name] : []),
    ...('data' in said ? [0x18, ...varint(said.data.length)] : []),
    ...('fileEnd' in said ? [0x20, 1] : []),
    ...('end' in said ? [0x28, 1] : []),
  ]);
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32LE(fields.length);
  return Buffer.concat([prefix, fields, 'data' in said ? said.data : Buffer.alloc(0)]);
}

/** Files one after another, in chunks of some size. */
function inTurn(files: ReadonlyMap<string, Buffer>, size: number): Said[] {
  return [
    ...[...files].flatMap(([filename, content]): Said[] => [{ filename }, ...chunks(content, size), { fileEnd: true }]),
    { end: true },
  ];
}

function chunks(content: Buffer, size: number): Said[] {
  const count = Math.ceil(content.length / size);
  return Array.from({ length: count }, (_, i) => ({ data: content.subarray(i * size, (i + 1) * size) }));
}

/** All files at once: a chunk of each in turn. */
function interleaved(files: ReadonlyMap<string, Buffer>, size: number): Said[] {
  const all = [...files].map(([filename, content]) => ({ filename, parts: chunks(content, size) }));
  const turns = Math.max(1, ...all.map(({ parts }) => parts.length));
  const said = Array.from({ length: turns }, (_, turn) =>
    all.flatMap(({ filename, parts }): Said[] => {
      const part = parts[turn];
      if (turn > 0 && !part) return [];
      const isLast = turn + 1 >= parts.length;
      return [{ filename }, ...(part ? [part] : []), ...(isLast ? [{ fileEnd: true } as const] : [])];
    }),
  );
  return [...said.flat(), { end: true }];
}

function stream(said: readonly Said[]): Buffer {
  return Buffer.concat(said.map((each, seq) => message(seq, each)));
}

for (const [way, said] of [
  ['one after another', inTurn(contents, 258_048)],
  ['in small chunks', inTurn(contents, 100)],
  ['interleaved', interleaved(contents, 1000)],
  ['in another order', inTurn(new Map([...contents].reverse()), 5000)],
] as const) {
  test(`files that come ${way}`, async (t) => {
    const cwd = temporary(t);
    writeFileSync(join(cwd, 'stream'), stream(said));
    const { codes, stderr } = await shell('crit-cat stream | crit-pack -C out && diff -r "$1" out', [IMAGES], { cwd });
    assert.deepEqual([codes, stderr], [[0], '']);
    const piped = await shell('zstd -qc stream | crit-cat - | crit-pack -C again && diff -r out again', [], { cwd });
    assert.deepEqual([piped.codes, piped.stderr], [[0], '']);
  });
}

test('shards are merged, in whatever order they are named', async (t) => {
  const cwd = temporary(t);
  const shards: Buffer[][] = [[], [], []];
  for (const [seq, said] of interleaved(contents, 777).entries())
    shards[(seq * seq + (seq >> 3)) % 3]?.push(message(seq, said));
  for (const [i, parts] of shards.entries()) writeFileSync(join(cwd, `shard-${i}`), Buffer.concat(parts));
  const { codes, stderr } = await shell(
    'crit-cat --stream shard-2 shard-0 shard-1 | crit-pack -C out && diff -r "$1" out',
    [IMAGES],
    { cwd },
  );
  assert.deepEqual([codes, stderr], [[0], '']);
  for (const shard of ['shard-0', 'shard-1', 'shard-2']) {
    const alone = await shell(`crit-cat ${shard} > lines; test $? = 2`, [], { cwd });
    assert.deepEqual(alone.codes, [0]);
    assert.match(alone.stderr, /name all of them with --stream/);
  }
  const without = await shell('crit-cat --stream shard-0 shard-1 > lines', [], { cwd });
  assert.deepEqual(without.codes, [2]);
  assert.match(without.stderr, /message \d+ is missing, \d+ is the next/);
});

test('empty files, and names that nobody knows', async (t) => {
  const cwd = temporary(t);
  const files = new Map([
    ['fs.tar', Buffer.from('not an image')],
    ['empty', Buffer.alloc(0)],
    ['pages-7.img', Buffer.alloc(0)],
    ['n'.repeat(200), Buffer.from('x')],
  ]);
  writeFileSync(join(cwd, 'stream'), stream(inTurn(files, 5)));
  const { codes, stderr } = await shell('crit-cat stream | crit-pack -C out', [], { cwd });
  assert.deepEqual([codes, stderr], [[0, 0], '']);
  for (const [name, content] of files) assert.ok(readFileSync(join(cwd, 'out', name)).equals(content), name);
});

for (const [what, said, says] of [
  ['no end', inTurn(contents, 5000).slice(0, -1), /has no end: its last messages are missing/],
  [
    'an open file at its end',
    [{ filename: 'a' }, { data: Buffer.from('1') }, { end: true }],
    /a: the stream ends before the end/,
  ],
  ['something behind its end', [...inTurn(contents, 5000), { filename: 'b' }], /more follows the end/],
  ['data of no file', [{ filename: 'a' }, { fileEnd: true }, { data: Buffer.from('1') }], /a file that was not named/],
  ['a file that goes on', [{ filename: 'a' }, { fileEnd: true }, { filename: 'a' }], /a: goes on behind its end/],
  ['a name that leads out', [{ filename: '../a' }, { data: Buffer.from('1') }], /\.\.\/a: .*leads out/],
] as const) {
  test(`an error: ${what}`, async (t) => {
    const cwd = temporary(t);
    writeFileSync(join(cwd, 'stream'), stream(said));
    const { codes, stderr } = await shell('crit-cat stream | crit-pack -C out', [], { cwd });
    assert.deepEqual(codes, [2, 2]);
    assert.match(stderr, says);
    assert.deepEqual(readdirSync(cwd), ['stream']);
  });
}

test('a stream that is cut off anywhere is an error', async () => {
  const whole = stream(
    inTurn(
      new Map([
        ['a.bin', Buffer.from('some bytes')],
        ['b', Buffer.alloc(0)],
      ]),
      4,
    ),
  );
  const read = async (bytes: Buffer): Promise<void> => {
    const container = new StreamerContainer([Readable.from([bytes.subarray(0, 7), bytes.subarray(7)])]);
    const nothing = { write: (): void => {}, end: (): void => {} };
    const fail = (error: unknown): never => {
      throw error;
    };
    for await (const _ of container.read({ wants: () => true, begin: () => nothing, fail }));
  };
  await read(whole);
  for (let size = 0; size < whole.length; size++)
    await assert.rejects(
      read(whole.subarray(0, size)),
      (error: unknown) => error instanceof CritError,
      `${size} bytes`,
    );
});

test('crit-pack --stream writes what crit-cat reads', async (t) => {
  const cwd = temporary(t);
  for (const name of ['simple', 'fds', 'nonutf8', 'ipc']) {
    const { codes, stderr } = await shell(
      `rm -rf out; crit-cat "$1" | crit-pack --stream | crit-cat | crit-pack -C out && diff -r "$1" out`,
      [fixture(`real/${name}`)],
      { cwd },
    );
    assert.deepEqual([codes, stderr], [[0], ''], name);
  }
  const { codes, stderr } = await shell(
    'crit-cat "$1" | crit-pack --stream --zstd -o s.zst && crit-cat s.zst | crit-pack -C out2 && diff -r "$1" out2',
    [IMAGES],
    { cwd },
  );
  assert.deepEqual([codes, stderr], [[0], '']);
  const link = await shell('crit-cat "$1" | crit-pack --stream -o s', [fixture('real/incremental/2')], { cwd });
  assert.match(link.stderr, /parent: .*a link, which the stream of criu-image-streamer cannot hold/);
});

test('its bytes are those that the format asks for', async (t) => {
  const cwd = temporary(t);
  writeFileSync(join(cwd, 'a'), 'hello');
  writeFileSync(join(cwd, 'b'), '');
  const { stdout } = await shell(`crit-cat a b | crit-pack --stream`, [], { cwd });
  const files = new Map([
    ['a', Buffer.from('hello')],
    ['b', Buffer.alloc(0)],
  ]);
  assert.equal(stdout.toString('hex'), stream(inTurn(files, 5000)).toString('hex'));
});

test('no image of a checkpoint begins like a stream, nor do random bytes', () => {
  for (const checkpoint of CHECKPOINTS) {
    const folder = fixture(`real/${checkpoint}`);
    for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (name.isFile())
        assert.ok(!beginsStream(readFileSync(join(name.parentPath, name.name)).subarray(0, 512)), name.name);
    }
  }
  assertProperty(property(uint8Array({ minLength: 12, maxLength: 40 }), (bytes) => !beginsStream(bytes)));
});
