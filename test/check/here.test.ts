/** What this host lacks is found from what /proc, /sys and the file system say; and nothing where they say that it is there. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { checkRestore, type CheckOptions } from '../../src/check/check.ts';
import type { Finding } from '../../src/check/finding.ts';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { fixture } from '../fixtures.ts';
import { temporary } from '../temporary.ts';
import { buildDirectory, mm, task } from '../checkpoint/build-directory.ts';

const IDS = { vm_id: 1, files_id: 1, fs_id: 1, sighand_id: 1 };
const OUTER = {
  pid_ns_id: 1,
  net_ns_id: 2,
  ipc_ns_id: 3,
  uts_ns_id: 4,
  time_ns_id: 5,
  mnt_ns_id: 6,
  user_ns_id: 7,
  cgroup_ns_id: 8,
};
const FOWN = { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 };
const CREDS = { uid: 0, gid: 0, euid: 0, egid: 0, suid: 0, sgid: 0, fsuid: 0, fsgid: 0, secbits: 0 };

interface Parts {
  readonly creds?: object;
  readonly rlimits?: object;
  readonly inventory?: object;
  readonly ids?: object;
  readonly files?: readonly object[];
  readonly images?: Readonly<Record<string, readonly object[]>>;
  readonly mtype?: string;
  readonly thread?: object;
}

/** A checkpoint of one process that shares everything with its host. */
function built(
  t: TestContext,
  { creds, rlimits, inventory, ids, files = [], images, mtype = 'X86_64', thread }: Parts,
): string {
  const tc = {
    task_state: 1,
    exit_code: 0,
    personality: 0,
    flags: 0,
    blk_sigset: 0,
    comm: 'nano',
    ...(rlimits && { rlimits }),
  };
  const thread_core = { futex_rla: 0, futex_rla_len: 0, creds: { ...CREDS, ...creds }, ...thread };
  return buildDirectory(t, {
    'pstree.img PSTREE': [task(1234, 0)],
    'core-1234.img CORE': [{ mtype, tc, thread_core }],
    'inventory.img INVENTORY': [{ img_version: 2, root_ids: { ...IDS, ...OUTER }, ...inventory }],
    'ids-1234.img IDS': [{ ...IDS, ...OUTER, ...ids }],
    'fs-1234.img FS': [{ cwd_id: 1, root_id: 1 }],
    'mm-1234.img MM': [mm([], { exe_file_id: 1 })],
    'pagemap-1234.img PAGEMAP': [{ pages_id: 1 }],
    'files.img FILES': [{ type: 'REG', id: 1, reg: { id: 1, flags: 0, pos: 0, fown: FOWN, name: '/' } }, ...files],
    ...images,
  });
}

const STATUS = 'Name:\tnode\nCapPrm:\t000001ffffffffff\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n';

/** A host whose /proc and /sys have these files, beside those of one that has everything. */
function host(t: TestContext, files: Readonly<Record<string, string>> = {}): CheckOptions {
  const top = temporary(t);
  const all: Record<string, string> = { 'proc/self/status': STATUS, 'root/.keep': '', 'sys/.keep': '', ...files };
  for (const kind of ['pid', 'net', 'ipc', 'uts', 'time', 'mnt', 'user', 'cgroup']) all[`proc/self/ns/${kind}`] ??= '';
  for (const [name, text] of Object.entries(all)) {
    if (text === 'absent') continue;
    mkdirSync(dirname(join(top, name)), { recursive: true });
    writeFileSync(join(top, name), text);
  }
  const [root, proc, sys] = ['root', 'proc', 'sys'].map((name) => join(top, name));
  return { root, proc, sys, top, criu: join(top, 'root/criu') };
}

async function found(directory: string, options: CheckOptions): Promise<Finding[]> {
  const checkpoint = Checkpoint.openDirectory(directory);
  try {
    return (await checkRestore(checkpoint, options)).filter(({ kind }) => kind !== 'criu');
  } finally {
    checkpoint.close();
  }
}

async function messages(t: TestContext, parts: Parts, files: Readonly<Record<string, string>> = {}): Promise<string[]> {
  return (await found(built(t, parts), host(t, files))).map(
    ({ severity, kind, message }) => `${severity}: ${kind}: ${message}`,
  );
}

test('nothing is found where nothing is wrong', async (t) => {
  assert.deepEqual(await messages(t, {}), []);
});

test('an architecture of another kind', async (t) => {
  const other = process.arch === 'arm64' ? 'X86_64' : 'AARCH64';
  const [message] = await messages(t, { mtype: other });
  assert.match(message ?? '', new RegExp(`^error: architecture: it is of ${other}`));
});

test('plugins, where CRIU looks for them', async (t) => {
  const parts = { inventory: { plugins_entry: { plugins: ['cuda_plugin'] } } };
  const without = (await messages(t, parts)).filter((line) => line.startsWith('error'));
  assert.deepEqual(without, ['error: plugin: it was dumped with the plugin cuda_plugin, which is not here']);
  const there = await messages(t, parts, { 'usr/lib/criu/cuda_plugin.so': '' });
  assert.ok(there.every((line) => line.startsWith('note')));
});

test('kinds of namespaces and filters that the kernel does not have', async (t) => {
  const time = {
    images: { 'timens-0.img TIMENS': [{ monotonic: { tv_sec: 1, tv_nsec: 1 }, boottime: { tv_sec: 1, tv_nsec: 1 } }] },
  };
  assert.deepEqual(await messages(t, time), []);
  assert.deepEqual(await messages(t, time, { 'proc/self/ns/time': 'absent' }), [
    'error: kernel: this kernel has no namespaces of the kind time',
  ]);
  assert.deepEqual(await messages(t, { ids: { user_ns_id: 77 } }, { 'proc/self/ns/user': 'absent' }), [
    'error: kernel: this kernel has no namespaces of the kind user',
  ]);
  const filter = { thread: { seccomp_mode: 'filter', seccomp_filter: 0 } };
  assert.deepEqual(await messages(t, filter), []);
  assert.deepEqual(await messages(t, filter, { 'proc/self/status': STATUS.replace('Seccomp:\t0\n', '') }), [
    'error: kernel: this kernel has no filters of system calls (seccomp)',
  ]);
});

test('users and groups that a user namespace has no number for', async (t) => {
  const maps = {
    'proc/self/uid_map': '         0     100000       1000\n',
    'proc/self/gid_map': '         0     100000       1000\n',
  };
  assert.deepEqual(await messages(t, { creds: { uid: 999, groups: [10] } }, maps), []);
  assert.deepEqual(await messages(t, { creds: { uid: 1000, euid: 1000, groups: [2000] } }, maps), [
    'error: user: this user namespace has no user 1000',
    'error: user: this user namespace has no group 2000',
  ]);
  assert.deepEqual(await messages(t, { creds: { uid: 1000 }, ids: { user_ns_id: 77 } }, maps), []);
});

test('capabilities of CRIU and of processes, and limits', async (t) => {
  const status = (set: string): Record<string, string> => ({
    'proc/self/status': `CapPrm:\t${set}\nCapEff:\t${set}\nSeccomp:\t0\n`,
    'proc/self/limits':
      'Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 4096                 files\n',
  });
  const [none] = await messages(t, {}, status('0000000000000000'));
  assert.match(none ?? '', /^warning: capability: this user has neither cap_sys_admin nor cap_checkpoint_restore/);
  assert.deepEqual(await messages(t, { creds: { cap_prm: [1 << 21, 1 << 8] } }, status('0000010000000000')), [
    'error: capability: process 1234 has capabilities that this user has not: cap_sys_admin',
  ]);
  const limits = Array.from({ length: 16 }, (_, n) => ({ cur: 1, max: n === 7 ? 5000 : 1 }));
  assert.deepEqual(await messages(t, { rlimits: { rlimits: limits } }, status('0000010000000000')), [
    'note: limit: process 1234 has the hard limit nofile 5000, which this user cannot raise above 4096',
  ]);
  assert.deepEqual(await messages(t, { rlimits: { rlimits: limits } }, status('000001ffffffffff')), []);
});

test('hierarchies of cgroups', async (t) => {
  const cgroup = {
    images: {
      'cgroup.img CGROUP': [
        { controllers: [{ cnames: ['cpu', 'cpuacct'] }, { cnames: ['name=systemd'] }, { cnames: [''] }] },
      ],
    },
  };
  const v1 = { 'proc/self/cgroup': '2:cpu,cpuacct:/\n1:name=systemd:/\n0::/\n' };
  assert.deepEqual(await messages(t, cgroup, v1), []);
  const v2 = {
    'proc/self/cgroup': '0::/\n',
    'proc/cgroups': '#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t0\t1\t1\n',
  };
  assert.deepEqual(await messages(t, cgroup, v2), [
    'error: cgroup: this host does not have the controller cpu in cgroup v1, but in v2',
    'error: cgroup: this host does not have the controller cpuacct',
  ]);
});

test('profiles of AppArmor', async (t) => {
  const parts = { inventory: { lsmtype: 'APPARMOR' }, creds: { lsm_profile: 'docker-default' } };
  assert.deepEqual(await messages(t, parts), [
    'error: lsm: it has docker-default of AppArmor, which this kernel does not have',
  ]);
  const profiles = 'sys/kernel/security/apparmor/profiles';
  assert.deepEqual(await messages(t, parts, { [profiles]: 'docker-default (enforce)\n' }), []);
  assert.deepEqual(await messages(t, parts, { [profiles]: 'other (enforce)\n' }), [
    'error: lsm: the profile docker-default of AppArmor is not loaded',
  ]);
});

test('instructions of the processor', async (t) => {
  const capability = Array.from({ length: 19 }, (_, word) => (word === 9 ? (1 << 5) | (1 << 16) : 0));
  const entry = { vendor_id: 'INTEL', cpu_family: 6, model: 1, stepping: 1, capability_ver: 2, capability };
  const images = { 'cpuinfo.img CPUINFO': [{ x86_entry: [entry] }] };
  assert.deepEqual(await messages(t, { images }, { 'proc/cpuinfo': 'flags\t\t: fpu avx2 avx512f\n' }), []);
  assert.deepEqual(await messages(t, { images }, { 'proc/cpuinfo': 'flags\t\t: fpu avx2\n' }), [
    'warning: cpu: this processor does not have avx512f',
  ]);
});

test('memory', async (t) => {
  const images = {
    'pagemap-1234.img PAGEMAP': [{ pages_id: 1 }, { vaddr: 4096, compat_nr_pages: 512, flags: 2, nr_pages: 512 }],
  };
  const meminfo = (kilobytes: number): Record<string, string> => ({
    'proc/meminfo': `MemTotal:       99 kB\nMemAvailable:   ${kilobytes} kB\nSwapFree:       1024 kB\n`,
  });
  const memory = async (kilobytes: number): Promise<string[]> =>
    (await messages(t, { images }, meminfo(kilobytes))).filter((line) => line.includes('memory:'));
  assert.deepEqual(await memory(1024), []);
  assert.deepEqual(await memory(1023), [
    'warning: memory: its pages have 2 MiB, and 1 MiB of memory and swap are free',
  ]);
});

/** A socket of the internet. */
function isk(more: object): object {
  const opts = {
    so_sndbuf: 1,
    so_rcvbuf: 1,
    so_snd_tmo_sec: 0,
    so_snd_tmo_usec: 0,
    so_rcv_tmo_sec: 0,
    so_rcv_tmo_usec: 0,
  };
  const socket = {
    id: 2,
    ino: 7,
    family: 2,
    type: 1,
    proto: 6,
    state: 10,
    src_port: 80,
    dst_port: 0,
    flags: 2,
    backlog: 1,
    fown: FOWN,
  };
  return { type: 'INETSK', id: 2, isk: { ...socket, src_addr: [0x0100007f], dst_addr: [0], opts, ...more } };
}

test('ports that collide, and those that do not', async (t) => {
  const listening = (address: string): Record<string, string> => ({
    [address.length === 8 ? 'proc/net/tcp' : 'proc/net/tcp6']: `  sl\n   0: ${address}:0050 0:0 0A 0:0\n`,
  });
  const any6 = '0'.repeat(32);
  const kinds = async (socket: object, files: Record<string, string>): Promise<string[]> =>
    (await messages(t, { files: [isk(socket)] }, files)).map((line) => line.split(':').slice(0, 2).join(':'));
  assert.deepEqual(await kinds({}, listening('0100007F')), ['error: port']);
  assert.deepEqual(await kinds({}, listening('00000000')), ['error: port']);
  assert.deepEqual(await kinds({}, listening('0200007F')), []);
  assert.deepEqual(await kinds({ src_port: 81 }, listening('0100007F')), []);
  assert.deepEqual(await kinds({}, listening(any6)), ['warning: port']);
  assert.deepEqual(await kinds({ state: 1, dst_port: 5 }, listening('0100007F')), ['note: connection']);
  const udp = { 'proc/net/udp': '  sl\n   0: 0100007F:0050 0:0 07 0:0\n' };
  assert.deepEqual(await kinds({}, udp), []);
  assert.deepEqual(await kinds({ proto: 17, state: 7 }, udp), ['warning: port']);
});

test('network devices, unix sockets', async (t) => {
  const dev = { 'proc/net/dev': 'Inter-|\n face |\n    lo: 1 2\n' };
  assert.deepEqual(await messages(t, { files: [isk({ ifname: 'lo' })] }, dev), []);
  assert.deepEqual(await messages(t, { files: [isk({ ifname: 'eth7' })] }, dev), [
    'error: device: there is no network device eth7, which a socket is bound to',
  ]);
  const opts = {
    so_sndbuf: 1,
    so_rcvbuf: 1,
    so_snd_tmo_sec: 0,
    so_snd_tmo_usec: 0,
    so_rcv_tmo_sec: 0,
    so_rcv_tmo_usec: 0,
  };
  const unix = (name: string, more: object = {}): object => {
    const usk = { id: 3, ino: 8, type: 1, state: 10, flags: 2, uflags: 0, backlog: 1, peer: 0, fown: FOWN, opts };
    return { type: 'UNIXSK', id: 3, usk: { ...usk, name: name.replace('\0', '=00'), ...more } };
  };
  const taken = { 'proc/net/unix': 'Num RefCount\n0000: 00000002 00000000 00010000 0001 01 777 @name\n' };
  assert.deepEqual(await messages(t, { files: [unix('\0name')] }, taken), [
    'error: unix socket: the abstract name @name is taken',
  ]);
  assert.deepEqual(await messages(t, { files: [unix('\0other'), unix('\0name', { state: 1 })] }, taken), []);
  assert.deepEqual(await messages(t, { files: [unix('/run/x.sock')] }), [
    'error: unix socket: /run/x.sock: its directory is not there',
  ]);
  assert.deepEqual(await messages(t, { files: [unix('/run/x.sock')] }, { 'root/run/x.sock': 'file' }), [
    'error: unix socket: /run/x.sock is there, and is no socket',
  ]);
  assert.deepEqual(await messages(t, { files: [unix('/run/x.sock', { deleted: true })] }), []);
});

test('the socket of another program', async (t) => {
  const name = '/run/x.sock';
  const opts = {
    so_sndbuf: 1,
    so_rcvbuf: 1,
    so_snd_tmo_sec: 0,
    so_snd_tmo_usec: 0,
    so_rcv_tmo_sec: 0,
    so_rcv_tmo_usec: 0,
  };
  const usk = { id: 3, ino: 8, type: 1, state: 10, flags: 2, uflags: 0, backlog: 1, peer: 0, fown: FOWN, opts, name };
  const here = host(t, {
    'root/run/.keep': '',
    'proc/net/unix': 'Num RefCount\n0000: 00000002 00000000 00010000 0001 01 777 /run/x.sock\n',
  });
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(here.root ?? '', 'run/x.sock'), resolve));
  t.after(() => server.close());
  const all = await found(built(t, { files: [{ type: 'UNIXSK', id: 3, usk }] }), here);
  assert.deepEqual(
    all.map(({ severity, message }) => `${severity}: ${message}`),
    ['warning: /run/x.sock is the socket of another program: CRIU removes it'],
  );
});

test('mount points that are not in the root', async (t) => {
  const options = host(t, { 'root/mnt/bind/.keep': '' });
  const kinds = (await found(fixture('real/ns'), options)).filter(({ kind }) => kind === 'mount');
  assert.ok(kinds.some(({ there }) => there === '/mnt/shared') && !kinds.some(({ there }) => there === '/mnt/bind'));
});
