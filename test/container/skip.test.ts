/** Contents that nobody wants are passed over where the archive is an ordinary file. */
import assert from 'node:assert/strict';
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ContainerSink } from '../../src/container/container.ts';
import { openArchive } from '../../src/container/open-archive.ts';
import { END, archive, member } from './build-tar.ts';
import { readFileSync } from 'node:fs';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const GIB = 1024 ** 3;
/** Reading as much would take minutes. */
const SIZE = 512 * GIB;
const pstree = readFileSync(fixture('real/simple/pstree.img'));

/** An archive with half a TiB of zeros, which is a hole in its file, before the last member. */
function largeArchive(path: string): void {
  const head = member({ name: 'pages-1.img', size: `\x80${'\0'.repeat(6)}${base256(SIZE)}` });
  const fd = openSync(path, 'w');
  writeSync(fd, head.subarray(0, 512), 0, 512, 0);
  const rest = Buffer.concat([member({ name: 'pstree.img', contents: pstree }), END]);
  writeSync(fd, rest, 0, rest.length, 512 + SIZE);
  closeSync(fd);
}

/** The last bytes of a number as GNU tar writes it where octal digits do not suffice. */
function base256(size: number): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(size));
  return bytes.subarray(3).toString('latin1');
}

test('the images behind memory that is not wanted are read at once', async (t) => {
  const path = join(temporary(t), 'large.tar');
  largeArchive(path);
  assert.ok(statSync(path).size > SIZE);
  const { stdout, stderr, codes } = await shell(
    'crit-cat --bare -m PSTREE "$1" && crit-inspect --json "$1" "$1"',
    [path],
    {
      timeout: 20_000,
    },
  );
  assert.deepEqual([stderr, codes], ['', [0]]);
  const [entry = '', row = ''] = stdout.toString().split('\n');
  assert.deepEqual(JSON.parse(entry), { pid: 2512, ppid: 0, pgid: 2512, sid: 2512, threads: [2512] });
  const { sizes }: { sizes: { memory: number } } = JSON.parse(row);
  assert.equal(sizes.memory, SIZE);
});

test('what is passed over must be there', async (t) => {
  const path = join(temporary(t), 'cut.tar');
  largeArchive(path);
  truncateSync(path, GIB);
  const { stdout, stderr, codes } = await shell('crit-cat --bare -m PSTREE "$1"', [path], { timeout: 20_000 });
  assert.deepEqual([stdout.toString().includes('"entry"'), codes], [false, [2]]);
  assert.match(stderr, new RegExp(`pages-1.img: byte ${GIB}: truncated archive: ${SIZE + 512 - GIB} more bytes`));
});

test('what was looked at before is not passed over twice', async () => {
  const images: [string, Buffer][] = [];
  const first = { name: 'pages-1.img', contents: Buffer.alloc(20_000, 1) };
  const bytes = archive(first, { name: 'pstree.img', contents: pstree });
  let next = 0;
  // Little at a time, so that looking at the beginning takes many chunks.
  const source = {
    async *chunks(): AsyncGenerator<Buffer, void, undefined> {
      while (next < bytes.length) {
        const at = next;
        next = Math.min(bytes.length, at + 700);
        yield bytes.subarray(at, next);
      }
    },
    skip(count: number): number {
      const skipped = Math.min(count, bytes.length - next);
      next += skipped;
      return skipped;
    },
    forget() {},
    async close() {},
  };
  const opened = await openArchive(source, 'tar');
  assert.ok('read' in opened);
  const sink: ContainerSink = {
    wants: (image) => image === 'pstree.img',
    begin: ({ image }) => ({
      write: (chunk) => images.push([image, Buffer.from(chunk)]),
      end() {},
    }),
    fail(error) {
      throw error;
    },
  };
  for await (const _ of opened.read(sink));
  assert.deepEqual(Buffer.concat(images.map(([, chunk]) => chunk)), pstree);
});
