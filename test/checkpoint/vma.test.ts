import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { NOWHERE, type Vma } from '../../src/checkpoint/vma.ts';
import { VmaList } from '../../src/checkpoint/vma-list.ts';
import { buildDirectory, core, mm, task, vma } from './build-directory.ts';
import type { TestContext } from 'node:test';

const FOWN = { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 };

function vmasOf(t: TestContext, entries: readonly object[], more: object = {}): VmaList {
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': [task(7, 0)],
    ...core(7, 'x'),
    'mm-7.img MM': [mm(entries, more)],
    'files.img FILES': [
      { type: 'REG', id: 1, reg: { id: 1, flags: 0, pos: 0, fown: FOWN, name: '/bin/x' } },
      { type: 'MEMFD', id: 2, memfd: { id: 2, flags: 0, pos: 0, fown: FOWN, inode_id: 9 } },
      { type: 'MEMFD', id: 3, memfd: { id: 3, flags: 0, pos: 0, fown: FOWN, inode_id: 10 } },
    ],
    'memfd.img MEMFD_INODE': [
      { name: 'cache', uid: 0, gid: 0, size: 1, shmid: 50, seals: 0, inode_id: 9 },
      { name: '/dev/zero', uid: 0, gid: 0, size: 1, shmid: 51, seals: 0, inode_id: 10 },
    ],
  });
  const checkpoint = Checkpoint.openDirectory(directory);
  t.after(() => checkpoint.close());
  return checkpoint.readVmas(7);
}

/** Status, what else the entry says, and what is expected: name, backing, shared memory. */
const KINDS: readonly (readonly [status: number, more: object, name: string, backing: string, shmem?: number])[] = [
  [0x201, {}, '[anon]', 'zero'],
  [0x221, {}, '[heap]', 'zero'],
  [0x203, {}, '[stack]', 'zero'],
  [0x9, {}, '[vdso]', 'zero'],
  [0x1000, {}, '[vvar]', 'kernel'],
  [0x4, {}, '[vsyscall]', 'kernel'],
  [0x2001, {}, '[aio]', 'kernel'],
  [0x801, {}, '[socket]', 'kernel'],
  [0x41, { shmid: 1, pgoff: 0x3000 }, '/bin/x', 'file'],
  [0x81, { shmid: 77, flags: 1 }, '[file]', 'file'],
  [0x4081, { shmid: 2, flags: 1 }, '/memfd:cache', 'zero', 50],
  [0x4041, { shmid: 3 }, '/dev/zero', 'zero', 51],
  [0x101, { shmid: 60, flags: 0x21 }, '[shared]', 'zero', 60],
  [0x501, { shmid: 61, flags: 0x21 }, '[sysv]', 'zero', 61],
];

test('kinds of VMAs, their names, and what is behind them', (t) => {
  const entries = KINDS.map(([status, more], i) => vma(0x10000 * (i + 1), 0x10000 * (i + 1) + 0x2000, status, more));
  const found = Array.from(vmasOf(t, entries), ({ status, name, backing, shmem }) => [status, name, backing, shmem]);
  assert.deepEqual(
    found,
    KINDS.map(([status, , name, backing, shmem]) => [status, name, backing, shmem]),
  );
});

test('addresses of all 64 bits, protection, offset, and the stack by its address', (t) => {
  const list = vmasOf(
    t,
    [
      vma(0x1000, 0x3000, 0x201, { prot: 5 }),
      vma(0x4000, 0x6000, 0x41, { shmid: 1, pgoff: 0x7000, prot: 0 }),
      { ...vma(0, 0, 4, { prot: 7 }), start: '18446744073699065856', end: '18446744073699069952' },
    ],
    { mm_start_stack: 0x2fff },
  );
  const [stack, file, kernel] = [...list];
  assert.deepEqual([stack?.name, stack?.prot, file?.prot, kernel?.prot], ['[stack]', 'r-x', '---', 'rwx']);
  assert.deepEqual([file?.file, file?.offset, file?.shmemPage], [1, 0x7000n, 7]);
  assert.deepEqual([kernel?.start, kernel?.end], [0xffffffffff600000n, 0xffffffffff601000n]);
  assert.deepEqual([kernel?.page, kernel?.endPage], [0xffffffffff600, 0xffffffffff601]);
});

function plain(page: number, endPage: number): Vma {
  return { ...NOWHERE, page, endPage };
}

test('a list finds the VMA of a page, with gaps and neighbours', () => {
  const list = VmaList.of([plain(2, 4), plain(4, 5), plain(9, 12)]);
  const pages = Array.from({ length: 14 }, (_, page) => list.containing(page)?.page);
  assert.deepEqual(pages, [
    undefined,
    undefined,
    2,
    2,
    4,
    undefined,
    undefined,
    undefined,
    undefined,
    9,
    9,
    9,
    undefined,
    undefined,
  ]);
  assert.deepEqual(
    [list.length, list.isOrdered, list.find(5), list.firstPage(2), list.at(3)],
    [3, true, 2, 9, undefined],
  );
  const some = list.filter(({ page }) => page !== 4);
  assert.deepEqual(
    Array.from(some, ({ page }) => page),
    [2, 9],
  );
  assert.equal(some.containing(4), undefined);
});

test('a list knows whether it is in order', () => {
  for (const [pages, isOrdered] of [
    [[], true],
    [
      [
        [1, 2],
        [2, 3],
      ],
      true,
    ],
    [
      [
        [1, 3],
        [2, 3],
      ],
      false,
    ],
    [
      [
        [5, 6],
        [2, 3],
      ],
      false,
    ],
    [[[5, 4]], false],
  ] as const) {
    assert.equal(VmaList.of(pages.map(([page, end]) => plain(page, end))).isOrdered, isOrdered, JSON.stringify(pages));
  }
});
