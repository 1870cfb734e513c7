/** What keeps a checkpoint from being restored is found, and nothing else. */
import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkRestore, type CheckOptions } from '../../src/check/check.ts';
import type { Finding } from '../../src/check/finding.ts';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { temporary } from '../temporary.ts';
import { buildDirectory, core, mm, task, vma } from '../checkpoint/build-directory.ts';

async function check(path: string, options: CheckOptions = {}): Promise<Finding[]> {
  const checkpoint = Checkpoint.openDirectory(path);
  try {
    return await checkRestore(checkpoint, options);
  } finally {
    checkpoint.close();
  }
}

const wrong = (findings: readonly Finding[]): string[] =>
  findings.filter(({ severity }) => severity !== 'note').map(({ kind, message }) => `${kind}: ${message}`);

const NOT_RESTORED: readonly string[] = ['lazy', 'cpuinfo', 'incremental'];
const RESTORED = [
  ...CHECKPOINTS.filter((name) => !NOT_RESTORED.includes(name)).map((name) => `real/${name}`),
  'real/incremental/3',
];

test(`nothing is wrong with ${RESTORED.length} checkpoints in themselves`, async () => {
  for (const name of RESTORED) assert.deepEqual(wrong(await check(fixture(name), { offline: true })), [], name);
});

test('damage is found without a host', async (t) => {
  const directory = join(temporary(t), 'dump');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  truncateSync(join(directory, 'pages-1.img'), 4096);
  rmSync(join(directory, 'fs-2512.img'));
  assert.deepEqual(wrong(await check(directory, { offline: true })), [
    'damaged: 4096 bytes, the pagemaps want 53248',
    'missing: is not there',
  ]);
  const [pre] = await check(fixture('real/incremental/1'), { offline: true });
  assert.equal(pre?.kind, 'pre-dump');
  assert.deepEqual(
    (await check(fixture('real/lazy'), { offline: true })).map(({ kind }) => kind),
    ['lazy'],
  );
});

/** A process with an open file, a TCP socket, on the host's namespaces or its own. */
function built(t: TestContext, netNs: number = 2, pidNs: number = 1): string {
  const ids = { vm_id: 1, files_id: 1, fs_id: 1, sighand_id: 1 };
  const fown = { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 };
  const opts = {
    so_sndbuf: 1,
    so_rcvbuf: 1,
    so_snd_tmo_sec: 0,
    so_snd_tmo_usec: 0,
    so_rcv_tmo_sec: 0,
    so_rcv_tmo_usec: 0,
  };
  return buildDirectory(t, {
    'pstree.img PSTREE': [task(1234, 0)],
    ...core(1234, 'nano'),
    'inventory.img INVENTORY': [{ img_version: 2, root_ids: { ...ids, pid_ns_id: 1, net_ns_id: 2, mnt_ns_id: 6 } }],
    'ids-1234.img IDS': [{ ...ids, pid_ns_id: pidNs, net_ns_id: netNs, mnt_ns_id: 6 }],
    'fs-1234.img FS': [{ cwd_id: 1, root_id: 1 }],
    'mm-1234.img MM': [mm([vma(0x400000, 0x403000, 1)], { exe_file_id: 1 })],
    'pagemap-1234.img PAGEMAP': [{ pages_id: 1 }],
    'files.img FILES': [
      { type: 'REG', id: 1, reg: { id: 1, flags: 0, pos: 0, fown, name: '/srv/log', size: 5, mode: 0o100644 } },
      {
        type: 'INETSK',
        id: 2,
        isk: {
          id: 2,
          ino: 7,
          family: 2,
          type: 1,
          proto: 6,
          state: 10,
          src_port: 8080,
          dst_port: 0,
          flags: 2,
          backlog: 1,
          src_addr: [0x0501000a],
          dst_addr: [0],
          fown,
          opts,
        },
      },
    ],
  });
}

/** A root with the file, and a procfs where the address is local and the port is free. */
function host(t: TestContext): { root: string; proc: string } {
  const top = temporary(t);
  const [root, proc] = [join(top, 'root'), join(top, 'proc')];
  mkdirSync(join(root, 'srv'), { recursive: true });
  mkdirSync(join(proc, 'net'), { recursive: true });
  writeFileSync(join(root, 'srv/log'), 'hello');
  chmodSync(join(root, 'srv/log'), 0o644);
  writeFileSync(join(proc, 'net/fib_trie'), 'Local:\n           |-- 10.0.1.5\n              /32 host LOCAL\n');
  return { root, proc };
}

test('files of another size, mode and type, and files that are not there', async (t) => {
  const directory = built(t);
  const here = host(t);
  const log = join(here.root, 'srv/log');
  assert.deepEqual(wrong(await check(directory, here)), []);
  writeFileSync(log, 'longer than before');
  chmodSync(log, 0o600);
  assert.deepEqual(wrong(await check(directory, here)), [
    'size: /srv/log has 18 bytes, not 5',
    'mode: /srv/log has mode 0100600, not 0100644',
  ]);
  rmSync(log);
  assert.deepEqual(wrong(await check(directory, here)), ['file: /srv/log is not there']);
  mkdirSync(log, 0o755);
  assert.deepEqual(
    (await check(directory, here)).map(({ kind }) => kind),
    ['type'],
  );
});

test('ids, ports and addresses that are taken or not there, unless the checkpoint has its own', async (t) => {
  const directory = built(t);
  const here = host(t);
  mkdirSync(join(here.proc, '1234'));
  writeFileSync(join(here.proc, '1234/comm'), 'other\n');
  writeFileSync(join(here.proc, 'net/tcp'), '  sl\n   0: 0501000A:1F90 00000000:0000 0A 00000000:00000000\n');
  const found = await check(directory, here);
  assert.deepEqual(wrong(found), [
    'pid: process 1234 is there already',
    'port: 10.0.1.5 port 8080 of tcp is listened on already',
  ]);
  assert.deepEqual(
    found.map(({ here: now }) => now),
    ['other', undefined],
  );
  writeFileSync(join(here.proc, 'net/fib_trie'), 'Local:\n           |-- 10.0.1.6\n              /32 host LOCAL\n');
  rmSync(join(here.proc, 'net/tcp'));
  assert.match(wrong(await check(directory, here))[1] ?? '', /^address: no device has the address 10\.0\.1\.5/);
  assert.deepEqual(wrong(await check(built(t, 9, 9), here)), []);
});

test('files that are not compared are told of', async () => {
  const kinds = async (options: CheckOptions): Promise<string[]> =>
    (await check(fixture('real/ns'), options)).map(({ kind }) => kind);
  assert.deepEqual(await kinds({}), ['not compared']);
  assert.deepEqual(await kinds({ offline: true }), []);
});
