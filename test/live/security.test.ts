/** What keeps others out of a live dump or restore. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { pipeOf } from '../../src/live/descriptors.ts';
import { Endpoint } from '../../src/live/endpoint.ts';
import { privateDirectory } from '../../src/live/private-directory.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { IMAGES } from './fake-criu.ts';

const handler = { byte: () => true, end: () => {} };

test('the socket is open to its owner alone, takes one connection, and is gone then', async (t) => {
  const directory = temporary(t);
  const path = join(directory, 'it.sock');
  const mask = process.umask();
  const endpoint = new Endpoint(directory, 'it.sock');
  await endpoint.listen();
  assert.equal(process.umask(), mask);
  assert.equal(statSync(path).mode & 0o077, 0);
  // Both are there before either is accepted.
  const [first, second] = [createConnection(path), createConnection(path)];
  t.after(() => [first, second].forEach((socket) => socket.destroy()));
  second.on('error', () => {});
  const connection = await endpoint.connection(handler);
  assert.deepEqual(readdirSync(directory), []);
  const late = createConnection(path);
  const [error]: unknown[] = await once(late, 'error');
  assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  // Nobody answers the second one.
  let answered = '';
  second.on('data', (chunk) => (answered += String(chunk)));
  connection.write(Buffer.from('for the first'));
  const [chunk]: unknown[] = await once(first, 'data');
  assert.equal(String(chunk), 'for the first');
  assert.equal(answered, '');
  connection.close();
});

const skipOwner = process.getuid?.() === 0 ? false : 'only root can give a directory away';

test("a directory of another user, or one that others can write into, is not CRIU's", { skip: skipOwner }, (t) => {
  const folder = temporary(t);
  const [theirs, open] = [join(folder, 'theirs'), join(folder, 'open')];
  mkdirSync(theirs, { mode: 0o700 });
  chownSync(theirs, 12345, 12345);
  assert.throws(() => privateDirectory(theirs), /theirs: belongs to user 12345/);
  for (const mode of [0o770, 0o707]) {
    mkdirSync(open);
    chmodSync(open, mode);
    assert.throws(() => privateDirectory(open), /others can write into it/);
    rmdirSync(open);
  }
});

for (const [command, input] of [
  ['crit-capture live', '< /dev/null'],
  ['crit-serve live', `< lines`],
  [`crit-serve --from ${IMAGES} live`, ''],
] as const) {
  for (const signal of ['TERM', 'INT', 'HUP']) {
    test(`nothing is left of ${command.replace(IMAGES, 'DIR')} after SIG${signal}`, async (t) => {
      const cwd = temporary(t);
      // A process in the background of a shell ignores SIGINT, but for Node, which listens to it.
      const script = `crit-cat ${IMAGES} > lines; ${command} ${input} 2> told > out & it=$!
        until grep -q start: told; do sleep 0.02; done; ls live; kill -${signal} $it; wait $it; echo code $?; ls; rm lines told out`;
      const { stdout } = await shell(script, [], { cwd });
      assert.match(
        stdout.toString(),
        /^(?:crit-capture\.fifo\n)?streamer-(?:capture|serve)\.sock\ncode (?:143|130|129)\nlines\nout\ntold\n$/,
      );
    });
  }
}

test('a Node that cannot receive descriptors is told so, and which can', () => {
  assert.throws(() => pipeOf(createServer()), /Node v\S+ lacks what receives descriptors .*: use Node 20 to 26/);
});
