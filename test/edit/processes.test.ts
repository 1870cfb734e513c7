/** Edits of ids, owners, groups and what processes may do. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { at, edited, entries, entriesOf, FOWN } from './edited.ts';

const tree = (...processes: object[]): object[] => entriesOf('pstree.img', 'PSTREE', ...processes);
const process = (pid: number, ppid: number, threads = [pid], sid = 5): object => ({
  pid,
  ppid,
  pgid: sid,
  sid,
  threads,
});
const signal = (signo: number, code: number, pid: number): { siginfo: string } => {
  const bytes = Buffer.alloc(128);
  bytes.writeInt32LE(signo);
  bytes.writeInt32LE(code, 8);
  bytes.writeInt32LE(pid, 16);
  return { siginfo: bytes.toString('base64') };
};
const senderOf = (value: unknown): number => Buffer.from(String(value), 'base64').readInt32LE(16);

test('--pid changes a process, its threads, its images, and whoever names it', () => {
  const lines = [
    ...entriesOf('core-5.img', 'CORE', {
      mtype: 'X86_64',
      tc: {
        ...CORE,
        signals_s: { signals: [signal(12, 0, 7), signal(37, -1, 5), signal(11, 1, 5), signal(17, 1, 7)] },
      },
    }),
    ...entriesOf('pagemap-shmem-5.img', 'PAGEMAP', { pages_id: 2 }),
    ...entriesOf('pagemap-5.img', 'PAGEMAP', { pages_id: 1 }),
    ...entriesOf('fdinfo-5.img', 'FDINFO', { id: 1, flags: 0, type: 'REG', fd: 0 }),
    ...entriesOf('filelocks.img', 'FILE_LOCKS', { flag: 1, type: 1, pid: 5, fd: 3, start: 0, len: 0 }),
    ...entriesOf(
      'pidfd.img',
      'PIDFD',
      { id: 1, ino: 2, flags: 0, nspid: 5, fown: { ...FOWN, pid: 5 } },
      { id: 1, ino: 2, flags: 0, nspid: -1, fown: FOWN },
    ),
    ...tree(process(5, 0, [5, 6]), process(7, 5)),
  ];
  const after = edited(lines, { pid: ['5=7', '7=5', '6=60'] }).lines;
  assert.deepEqual(
    [...new Set(after.map(({ image }) => image))],
    ['core-7.img', 'pagemap-shmem-5.img', 'pagemap-7.img', 'fdinfo-5.img', 'filelocks.img', 'pidfd.img', 'pstree.img'],
  );
  const all = entries(after);
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => senderOf(at(all[0], 'tc', 'signals_s', 'signals', i, 'siginfo'))),
    [5, 7, 5, 5],
  );
  assert.equal(at(all[4], 'pid'), 7);
  assert.deepEqual([at(all[5], 'nspid'), at(all[5], 'fown', 'pid'), at(all[6], 'nspid')], [7, 7, -1]);
  assert.deepEqual(all.slice(-2), [process(7, 0, [7, 60], 7), process(5, 7, [5], 7)]);
});

const CORE = { task_state: 1, exit_code: 0, personality: 0, flags: 0, blk_sigset: 0, comm: 'x' };

test('two processes never become one', () => {
  const lines = tree(process(5, 0, [5, 6]), process(7, 5));
  assert.throws(() => edited(lines, { pid: ['7=5'] }), /5 and 7 would both be process or thread 5/);
  assert.throws(() => edited(lines, { pid: ['7=6'] }), /6 and 7 would both be/);
  assert.throws(() => edited(lines, { pid: ['5=9', '7=9'] }), /5 and 7 would both be/);
  assert.throws(() => edited(lines, { pid: ['5=9', '5=8'] }), /5 has another id already/);
  assert.throws(() => edited(lines, { pid: ['8=9'] }), /no such process or thread; there is 5, 6, 7/);
});

test('--pid-offset and --as-root-of keep what stands for nobody, and the noise of zombies', () => {
  const lines = tree(process(5, 0, [5], 0), process(7, 5, [4000000000]));
  assert.deepEqual(entries(edited(lines, { 'pid-offset': '10' }).lines), [
    process(15, 0, [15], 0),
    { ...process(17, 15, [4000000000], 15) },
  ]);
  assert.deepEqual(entries(edited(lines, { 'as-root-of': '1' }, { twice: true }).lines)[0], process(1, 0, [1], 0));
  assert.throws(() => edited(lines, { 'pid-offset': '-5' }), /5 becomes 0, which is no id/);
  assert.throws(
    () => edited(lines, { 'as-root-of': '1' }),
    /must see the whole checkpoint first: crit-edit --as-root-of .. DUMP -C OUT/,
  );
});

test('--uid and --gid change every place of an owner', () => {
  const creds = { uid: 1, gid: 1, euid: 1, egid: 2, suid: 3, sgid: 1, fsuid: 1, fsgid: 1, secbits: 0, groups: [1, 4] };
  const lines = [
    ...entriesOf('creds-5.img', 'CREDS', creds),
    ...entriesOf('ipcns-sem-1.img', 'IPCNS_SHM', {
      desc: { key: 1, uid: 1, gid: 1, cuid: 1, cgid: 1, mode: 0, id: 1 },
      size: 0,
    }),
  ];
  const [first, second] = entries(edited(lines, { uid: ['1=9'], gid: ['1=8', '4=7'] }).lines);
  assert.deepEqual(first, {
    uid: 9,
    gid: 8,
    euid: 9,
    egid: 2,
    suid: 3,
    sgid: 8,
    fsuid: 9,
    fsgid: 8,
    secbits: 0,
    groups: [8, 7],
  });
  assert.deepEqual(at(second, 'desc'), { key: 1, uid: 9, gid: 8, cuid: 9, cgid: 8, mode: 0, id: 1 });
  assert.throws(() => edited(lines, { uid: ['5=6'] }), /nothing has it; there is 1, 3/);
});

test('--map moves a user namespace on the host', () => {
  const map = [{ first: 0, lower_first: 100000, count: 10 }];
  const lines = entriesOf('userns-1.img', 'USERNS', { uid_map: map, gid_map: map });
  const moved = [{ first: 0, lower_first: 200000, count: 10 }];
  assert.deepEqual(entries(edited(lines, { map: ['uid:100000=200000'] }).lines), [{ uid_map: moved, gid_map: map }]);
  assert.throws(() => edited(lines, { map: ['1=2'] }), /they begin at uid:100000, gid:100000/);
});

const group = (dir_name: string, ...children: object[]): object => ({
  dir_name,
  ...(children.length > 0 && { children }),
});
const cgroups = (members: object[], ...dirs: object[]): object[] =>
  entriesOf('cgroup.img', 'CGROUP', { sets: [{ id: 1, ctls: members }], controllers: [{ cnames: ['pids'], dirs }] });
const dirsOf = (lines: object[], ...cgroup: string[]): unknown =>
  at(entries(edited(lines, { cgroup }).lines)[0], 'controllers', 0, 'dirs');

test('--cgroup moves groups with those below them', () => {
  const member = { name: 'pids', path: '/a/b/c', cgns_prefix: 4 };
  const lines = cgroups([member], group('a', group('b', group('c')), group('bb')));
  const [entry] = entries(edited(lines, { cgroup: ['/a/b=/a/longer'] }).lines);
  assert.deepEqual(at(entry, 'sets', 0, 'ctls', 0), { name: 'pids', path: '/a/longer/c', cgns_prefix: 9 });
  assert.deepEqual(dirsOf(lines, '/a/b=/a/longer'), [group('a', group('longer', group('c')), group('bb'))]);
  assert.deepEqual(dirsOf(lines, '/a=/x/y'), [group('x/y', group('b', group('c')), group('bb'))]);
});

test('a group that leaves the one above it stands at the top', () => {
  const lines = cgroups([{ name: 'pids', path: '/a/b' }], group('a', group('b', group('c'))));
  assert.deepEqual(dirsOf(lines, '/a/b=/z'), [{ ...group('a'), children: [] }, group('z', group('c'))]);
  assert.throws(() => dirsOf(lines, '/q=/z'), /no such group; there is \/a, \/a\/b, \/a\/b\/c/);
  const rootOnly = cgroups([{ name: 'pids', path: '' }]);
  assert.throws(() => edited(rootOnly, { cgroup: ['/a=/b'] }), /--cgroup \/a=\/b: there is no group but the root$/);
  for (const value of ['a=/b', '/a=/', '/a=/../b', '/a']) assert.throws(() => dirsOf(lines, value), /--cgroup/);
});

test('--no-cgroup, --no-seccomp and --lsm-profile take away', () => {
  const thread = { futex_rla: 0, futex_rla_len: 0 };
  const creds = { uid: 0, gid: 0, euid: 0, egid: 0, suid: 0, sgid: 0, fsuid: 0, fsgid: 0, secbits: 0 };
  const full = {
    ...thread,
    creds: { ...creds, lsm_profile: 'a', lsm_sockcreate: 'b' },
    seccomp_mode: 'filter',
    seccomp_filter: 1,
    cg_set: 2,
  };
  const lines = [
    ...entriesOf('core-5.img', 'CORE', { mtype: 'X86_64', tc: { ...CORE, cg_set: 2 }, thread_core: full }),
    ...entriesOf('inventory.img', 'INVENTORY', { img_version: 2, root_cg_set: 1, lsmtype: 'APPARMOR' }),
    ...entriesOf('seccomp.img', 'SECCOMP', { seccomp_filters: [{ filter: 'AAAA' }] }),
    ...entriesOf('cgroup.img', 'CGROUP', {}),
    ...entriesOf('apparmor.img', 'APPARMOR', {}),
  ];
  const after = edited(lines, { 'no-cgroup': true, 'no-seccomp': true, 'lsm-profile': 'none' }).lines;
  assert.deepEqual(entries(after), [
    { mtype: 'X86_64', tc: CORE, thread_core: { ...thread, creds } },
    { img_version: 2, lsmtype: 'NO_LSM' },
    {},
  ]);
  const named = edited(lines, { 'lsm-profile': 'selinux:c' }).lines;
  assert.equal(at(entries(named)[0], 'thread_core', 'creds', 'lsm_profile'), 'c');
  assert.equal(at(entries(named)[1], 'lsmtype'), 'SELINUX');
  for (const edit of ['no-cgroup', 'no-seccomp'] as const)
    assert.throws(() => edited(tree(process(5, 0)), { [edit]: true }), /no cgroups|no thread/);
});
