/** What is wrong with images by themselves: ids that point nowhere, images of other dumps, pages that are nowhere. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkRestore } from '../../src/check/check.ts';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fixture } from '../fixtures.ts';
import { temporary } from '../temporary.ts';
import { buildDirectory, core, mm, task, vma } from '../checkpoint/build-directory.ts';

const IDS = { vm_id: 1, files_id: 1, fs_id: 1, sighand_id: 1 };
const FOWN = { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 };
const reg = (id: number): object => ({ type: 'REG', id, reg: { id, flags: 0, pos: 0, fown: FOWN, name: '/' } });

async function messages(directory: string): Promise<string[]> {
  const checkpoint = Checkpoint.openDirectory(directory);
  try {
    const found = await checkRestore(checkpoint, { offline: true });
    return found.map(({ severity, kind, image, message }) => `${severity}: ${kind}: ${image ?? ''}: ${message}`);
  } finally {
    checkpoint.close();
  }
}

function built(t: TestContext, images: Readonly<Record<string, readonly object[]>>): string {
  return buildDirectory(t, {
    'pstree.img PSTREE': [task(1234, 0)],
    ...core(1234, 'nano'),
    'inventory.img INVENTORY': [{ img_version: 2 }],
    'ids-1234.img IDS': [IDS],
    'fs-1234.img FS': [{ cwd_id: 1, root_id: 1 }],
    'mm-1234.img MM': [mm([], { exe_file_id: 1 })],
    'pagemap-1234.img PAGEMAP': [{ pages_id: 1 }],
    'files.img FILES': [reg(1)],
    ...images,
  });
}

test('nothing is found where nothing is wrong', async (t) => {
  assert.deepEqual(await messages(built(t, {})), []);
});

test('ids that point nowhere', async (t) => {
  assert.deepEqual(
    await messages(
      built(t, { 'mm-1234.img MM': [mm([vma(0x400000, 0x401000, 0x41, { shmid: 9 })], { exe_file_id: 8 })] }),
    ),
    [
      'error: id: mm-1234.img: the executable is file 8, which no image has',
      'error: id: mm-1234.img: what is mapped at 400000 is file 9, which no image has',
    ],
  );
  assert.deepEqual(
    await messages(
      built(t, { 'files.img FILES': [reg(1), { type: 'FIFO', id: 2, fifo: { id: 2, pipe_id: 1, regf_id: 7 } }] }),
    ),
    ['error: id: files.img: its name is file 7, which no image has'],
  );
  assert.deepEqual(
    await messages(
      built(t, {
        'files.img FILES': [reg(1), { type: 'TTY', id: 2, tty: { id: 2, tty_info_id: 5, flags: 0, fown: FOWN } }],
      }),
    ),
    ['error: id: files.img: terminal 5 is not in tty-info.img'],
  );
  assert.deepEqual(
    await messages(built(t, { 'remap-fpath.img REMAP_FPATH': [{ orig_id: 6, remap_id: 1, remap_type: 'LINKED' }] })),
    ['error: id: remap-fpath.img: a deleted file is file 6, which no image has'],
  );
  const tc = { task_state: 1, exit_code: 0, personality: 0, flags: 0, blk_sigset: 0, comm: 'nano', cg_set: 3 };
  const sets = (root: number): Record<string, readonly object[]> => ({
    'core-1234.img CORE': [{ mtype: 'X86_64', tc }],
    'inventory.img INVENTORY': [{ img_version: 2, root_cg_set: root }],
  });
  assert.deepEqual(await messages(built(t, sets(3))), []);
  assert.deepEqual(await messages(built(t, sets(2))), [
    'error: id: core-1234.img: cgroups of set 3, which cgroup.img does not have',
  ]);
});

test('images of other dumps', async (t) => {
  assert.deepEqual(await messages(built(t, { 'pstree.img PSTREE': [task(1234, 77)] })), [
    'error: process: pstree.img: process 1234 has the parent 77, which is not there',
  ]);
  assert.deepEqual(await messages(built(t, { 'fdinfo-1.img FDINFO': [{ id: 1, flags: 0, type: 'PIPE', fd: 4 }] })), [
    'error: other dump: fdinfo-1.img: descriptor 1234:4 is PIPE, and file 1 is REG: the images are of different dumps',
  ]);
  const unread = built(t, {
    ...core(99, 'old'),
    'fdinfo-7.img FDINFO': [],
    'pagemap-99.img PAGEMAP': [{ pages_id: 5 }],
  });
  writeFileSync(join(unread, 'pages-6.img'), '');
  assert.deepEqual(
    await messages(unread),
    ['core-99.img', 'fdinfo-7.img', 'pagemap-99.img', 'pages-6.img'].map(
      (image) => `note: unread: ${image}: is of no process of pstree.img, as images of another dump`,
    ),
  );
});

test('versions', async (t) => {
  const version = async (number: number): Promise<string[]> =>
    messages(built(t, { 'inventory.img INVENTORY': [{ img_version: number }] }));
  assert.deepEqual(await version(3), []);
  assert.deepEqual(await version(4), [
    'error: version: inventory.img: images of version 4; CRIU 4.3 knows those up to 3',
  ]);
});

test('parents: none, one that leads nowhere, another one, and the right one', async (t) => {
  const top = temporary(t);
  cpSync(fixture('real/incremental'), top, { recursive: true, verbatimSymlinks: true });
  const link = join(top, '3', 'parent');
  const kinds = async (): Promise<string[]> =>
    (await messages(join(top, '3'))).map((line) => line.replace(/\d+/g, 'N'));
  assert.deepEqual(await kinds(), []);
  rmSync(link);
  const missing =
    'error: parent: pagemap-N.img: N pages are in a checkpoint before this one, and there is no link "parent"';
  assert.deepEqual(await kinds(), [missing, missing]);
  symlinkSync('../nowhere', link);
  assert.deepEqual(await kinds(), ['error: parent: parent: leads to no checkpoint']);
  rmSync(link);
  mkdirSync(join(top, 'other'));
  symlinkSync('../other', link);
  const other = 'error: parent: pagemap-N.img: N pages are not in the checkpoint that "parent" leads to';
  assert.deepEqual(await kinds(), [other, other]);
});
