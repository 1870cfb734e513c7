import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fixture } from '../fixtures.ts';
import { buildDirectory } from './build-directory.ts';

const FOWN = { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 };
const OPTS = Object.fromEntries(
  ['so_sndbuf', 'so_rcvbuf', 'so_snd_tmo_sec', 'so_snd_tmo_usec', 'so_rcv_tmo_sec', 'so_rcv_tmo_usec'].map((name) => [
    name,
    0,
  ]),
);

function open(t: TestContext, directory: string): Checkpoint {
  const checkpoint = Checkpoint.openDirectory(directory);
  t.after(() => checkpoint.close());
  return checkpoint;
}

const reg = (id: number, name: string, more: object = {}): object => {
  return { type: 'REG', id, reg: { id, flags: 0, pos: 0, fown: FOWN, name, ...more } };
};

const MOUNT = { fstype: 0, root_dev: 1, parent_mnt_id: 0, flags: 0, root: '/', source: 'tmpfs', options: '' };

test('what files are called, by their kinds', (t) => {
  const socket = { ino: 8, type: 1, state: 10, flags: 0, uflags: 0, backlog: 0, peer: 9, fown: FOWN, opts: OPTS };
  const { files } = open(
    t,
    buildDirectory(t, {
      'pstree.img PSTREE': [],
      'files.img FILES': [
        reg(1, '/data/x', { mnt_id: 5 }),
        { type: 'PIPE', id: 2, pipe: { id: 2, pipe_id: 77, flags: 0, fown: FOWN } },
        reg(3, '/run/fifo'),
        { type: 'FIFO', id: 4, fifo: { id: 4, pipe_id: 78, regf_id: 3 } },
        { type: 'UNIXSK', id: 5, usk: { id: 5, ...socket, name: '=00abstract' } },
        { type: 'EVENTFD', id: 6, efd: { id: 6, flags: 0, fown: FOWN, counter: 1 } },
        { type: 'TTY', id: 7, tty: { id: 7, tty_info_id: 3, flags: 0, fown: FOWN } },
        { type: 'TTY', id: 8, tty: { id: 8, tty_info_id: 4, flags: 0, fown: FOWN, regf_id: 1 } },
        { type: 'MEMFD', id: 9, memfd: { id: 9, flags: 0, pos: 0, fown: FOWN, inode_id: 6 } },
        { type: 'NS', id: 10, nsf: { id: 10, ns_id: 4, ns_cflag: 0x40000000, flags: 0 } },
        { type: 'EXT', id: 11, ext: { id: 11, fown: FOWN } },
        reg(12, '/outside', { ext: true }),
        { type: 'FIFO', id: 13, fifo: { id: 13, pipe_id: 79 } },
      ],
      'tty-info.img TTY_INFO': [
        {
          id: 3,
          type: 'PTY',
          locked: false,
          exclusive: false,
          packet_mode: false,
          sid: 1,
          pgrp: 1,
          rdev: 34816,
          pty: { index: 4 },
        },
      ],
      'memfd.img MEMFD_INODE': [{ name: 'm', uid: 0, gid: 0, size: 1, shmid: 1, seals: 0, inode_id: 6 }],
      'mountpoints-9.img MNTS': [{ ...MOUNT, mnt_id: 5, mountpoint: './data' }],
    }),
  );
  assert.deepEqual(
    [...files.ids()].map((id) => files.get(id)?.name),
    [
      '/data/x',
      'pipe:[77]',
      '/run/fifo',
      '/run/fifo',
      'socket:[8] @abstract',
      'anon_inode:[eventfd]',
      '/dev/pts/4',
      '/data/x',
      '/memfd:m',
      'net:[4]',
      'EXT.11',
      '/outside',
      'fifo:[79]',
    ],
  );
  assert.deepEqual(
    [...files.ids()].filter((id) => files.get(id)?.isExternal),
    [11, 12],
  );
  assert.equal(files.get(1)?.mount?.mountpoint, './data');
  assert.deepEqual(
    [files.get(99), files.has(99), files.path(2), files.path(1)],
    [undefined, false, undefined, '/data/x'],
  );
});

test('deleted files: where their contents are, or under which path they stand', (t) => {
  const { files } = open(
    t,
    buildDirectory(t, {
      'pstree.img PSTREE': [],
      'files.img FILES': [
        reg(1, '/a'),
        reg(2, '/b'),
        reg(3, '/proc/9/x'),
        reg(4, '/d'),
        reg(5, '/link_remap.5'),
        reg(6, '/e'),
        { type: 'FIFO', id: 7, fifo: { id: 7, pipe_id: 1, regf_id: 1 } },
      ],
      'remap-fpath.img REMAP_FPATH': [
        { orig_id: 1, remap_id: 0x1f, remap_type: 'GHOST' },
        { orig_id: 2, remap_id: 5, remap_type: 'LINKED' },
        { orig_id: 3, remap_id: 9, remap_type: 'PROCFS' },
        // Of before remap_type.
        { orig_id: 4, remap_id: 0x80000002 },
        { orig_id: 6, remap_id: 5 },
      ],
    }),
  );
  const linked = { kind: 'linked', path: '/link_remap.5' };
  const ghost = { kind: 'ghost', image: 'ghost-file-1f.img' };
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7].map((id) => files.get(id)?.deleted),
    [ghost, linked, { kind: 'procfs' }, { kind: 'ghost', image: 'ghost-file-2.img' }, undefined, linked, ghost],
  );
  assert.deepEqual([...files.ghostImages()], ['ghost-file-1f.img', 'ghost-file-2.img']);
});

test('real ghosts, and real files that stand under another path', (t) => {
  const { files, images } = open(t, fixture('real/link-remap'));
  const ghosts = [...files.ghostImages()];
  assert.equal(ghosts.length, 8);
  for (const image of ghosts) assert.ok(images.has(image), image);
  assert.deepEqual(files.get(11)?.deleted, { kind: 'linked', path: '/srv/corpus/data/link_remap.12' });
});

test('who has a file open', (t) => {
  const checkpoint = open(t, fixture('real/fds'));
  const users = [...checkpoint.usersOf(15)];
  assert.ok(users.length > 1);
  for (const { pid, fd } of users) {
    const process = checkpoint.process(pid);
    assert.ok(process);
    const found = [...process.readDescriptors()].find((each) => each.fd === fd);
    assert.equal(found?.id, 15);
  }
  assert.deepEqual([...checkpoint.usersOf(123456)], []);
});

test('sockets are told once, with all who have them', (t) => {
  const checkpoint = open(t, fixture('real/unix'));
  const sockets = [...checkpoint.readSockets()];
  assert.equal(new Set(sockets.map(({ id }) => id)).size, sockets.length);
  const all = checkpoint.processes.flatMap((process) => [...process.readDescriptors()]);
  const expected = all.filter(({ type }) => type === 'UNIXSK').length;
  assert.equal(
    sockets.reduce((sum, { users }) => sum + users.length, 0),
    expected,
  );
});
