/** Who can reach whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from '../../src/inspect/inspect.ts';
import { fixture } from '../fixtures.ts';

async function relationsOf(name: string): Promise<string[]> {
  const { relations = [] } = await inspect(fixture(`real/${name}`), { relations: true });
  return relations.map(({ kind, name: what, pids }) => `${kind} ${what}: ${pids.join(' ')}`);
}

test('the two ends of a pair of sockets are one relation', async () => {
  const relations = await relationsOf('unix');
  assert.ok(relations.includes('socket 957449 - 957450: 11293 11294'), relations.join('\n'));
  assert.ok(
    relations.some((each) => /^socket 957456 - 957457 \/srv\/corpus\/data\/s\.sock.*: 11293 11294$/s.test(each)),
  );
  assert.ok(!relations.some((each) => /^socket socket:\[9574(?:49|50)\]/.test(each)));
});

test('both ends of a pipe, a fifo, and open files that were passed on', async () => {
  const relations = await relationsOf('fds');
  assert.ok(relations.includes('pipe pipe:[938727]: 5441 5442'), relations.join('\n'));
  assert.ok(relations.includes('pipe /srv/corpus/data/fifo: 5441 5442 5443'));
  assert.ok(relations.includes('file anon_inode:[eventfd]: 5441 5442'));
});

test('shared memory; and nothing where a process is alone', async () => {
  assert.ok((await relationsOf('mem')).includes('memory /memfd:mem map: 5009 5010'));
  assert.deepEqual(await relationsOf('simple'), []);
});
