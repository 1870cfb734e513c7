/** A file that is another at the end of reading than it was at the beginning. */
import assert from 'node:assert/strict';
import { appendFileSync, cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CritError } from '../../src/error.ts';
import { readChunks } from '../../src/files/read-chunks.ts';
import { imageChunks } from '../../src/files/read-entries.ts';
import { fixture } from '../fixtures.ts';
import { ANON_PRIVATE, buildCheckpoint, PAGE } from '../memory/build-checkpoint.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const SIZE = 1024 * 1024;
const CHANGES: Record<string, (path: string) => void> = {
  shrinks: (path) => truncateSync(path, SIZE / 2),
  'shrinks to what was read': (path) => truncateSync(path, 256 * 1024),
  grows: (path) => appendFileSync(path, 'more'),
};
const READERS: Record<string, (path: string) => AsyncIterable<Uint8Array> | Iterable<Uint8Array>> = {
  'all at once': (path) => readChunks(path),
  'opened anew for each chunk': (path) => imageChunks(path, 'pages-1.img'),
};

for (const [how, change] of Object.entries(CHANGES)) {
  for (const [reader, chunksOf] of Object.entries(READERS)) {
    test(`a file that ${how} while it is read is an error, ${reader}`, async (t) => {
      const path = join(temporary(t), 'pages-1.img');
      writeFileSync(path, Buffer.alloc(SIZE, 1));
      let isChanged = false;
      await assert.rejects(
        async () => {
          for await (const chunk of chunksOf(path)) {
            if (!isChanged) change(path);
            isChanged = chunk.length > 0;
          }
        },
        (error: unknown) => error instanceof CritError && /changed while it was read/.test(error.message),
      );
    });
  }
}

test('files that tell no size are read to their end', async () => {
  let size = 0;
  for await (const chunk of readChunks('/proc/self/status')) size += chunk.length;
  assert.ok(size > 100);
});

/** Reads a little of the command's output, changes the file while the pipe is full, and reads the rest. */
const MEANWHILE = '{ head -c 100 > /dev/null; truncate -s 1M "$2"; cat > /dev/null; }';

test('commands that read a file which shrinks meanwhile fail', async (t) => {
  const directory = temporary(t);
  const checkpoint = join(directory, 'dump');
  cpSync(fixture('real/simple'), checkpoint, { recursive: true });
  mkdirSync(join(directory, 'lines'));
  const random = Buffer.alloc(8 * SIZE);
  for (let at = 0; at < random.length; at += 4) random.writeUInt32LE((at * 2654435761) >>> 0, at);
  const raw = join(checkpoint, 'tmpfs-dev-7.tar.gz.img');
  const lines = join(directory, 'lines/all.ndjson');
  const commands: Record<string, [command: string, changed: string]> = {
    'a directory': ['crit-cat "$1"', raw],
    'a file': ['crit-cat "$2"', raw],
    'lines that are filtered': ['crit-filter true "$2"', lines],
    'lines that are packed': ['crit-pack --tar "$2"', lines],
    'a checkpoint that is edited': ['crit-edit --comm 2512=x "$1"', raw],
  };
  for (const [what, [command, changed]] of Object.entries(commands)) {
    writeFileSync(raw, random);
    await shell('crit-cat "$1" > "$2"', [checkpoint, lines]);
    const { codes, stderr } = await shell(`${command} | ${MEANWHILE}`, [checkpoint, changed]);
    assert.deepEqual(codes, [2, 0], `${what}: ${stderr}`);
    assert.match(stderr, /changed while it was read|truncated|ends within/, what);
  }
  assert.ok(readFileSync(raw).length > 0);
});

/** The same with a file that grows, which everything that was read is still in. */
const GROWING = '{ head -c 100 > /dev/null; printf x >> "$1/pages-1.img"; cat > /dev/null; }';

test('commands that read places of an image which grows meanwhile fail', async (t) => {
  const directory = temporary(t);
  const pages = 2048;
  const end = PAGE * (pages + 1);
  const build = (name: string, fill: string): string =>
    buildCheckpoint(join(directory, name), {
      processes: [
        {
          pid: 7,
          areas: [{ start: PAGE, end, kind: ANON_PRIVATE }],
          pages: [{ at: PAGE, data: Buffer.alloc(PAGE * pages, fill) }],
        },
      ],
    });
  const [one, other] = [build('one', 'a needle'), build('other', 'a middle')];
  for (const command of ['crit-mem "$1"', 'crit-grep -F needle "$1"', 'crit-diff --bytes "$1" "$2"']) {
    const { codes, stderr } = await shell(`${command} | ${GROWING}`, [one, other]);
    assert.deepEqual(codes, [2, 0], `${command}: ${stderr}`);
    assert.match(stderr, /^crit-\w+: .*pages-1\.img: changed while it was read: .*\n$/, command);
  }
});
