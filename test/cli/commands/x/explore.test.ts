/** `crit x`, beyond what CRIT can do. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../../../src/checkpoint/checkpoint.ts';
import { viewOf, type ExploreOptions } from '../../../../src/cli/commands/x/explore.ts';
import { CHECKPOINTS, fixture } from '../../../fixtures.ts';
import { buildDirectory, core, mm, task, vma } from '../../../checkpoint/build-directory.ts';
import { goldenOf } from '../../../document/golden.ts';

const PLAIN: ExploreOptions = { form: 'text', args: false, env: false };
const FOWN = { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 };
const OPTS = {
  so_sndbuf: 1,
  so_rcvbuf: 2,
  so_snd_tmo_sec: 0,
  so_snd_tmo_usec: 0,
  so_rcv_tmo_sec: 0,
  so_rcv_tmo_usec: 0,
};

function text(directory: string, what: string, options: Partial<ExploreOptions> = {}, pageSize?: number): string {
  const checkpoint = Checkpoint.openDirectory(directory, { pageSize });
  try {
    return [...viewOf(what)(checkpoint, { ...PLAIN, ...options })].join('');
  } finally {
    checkpoint.close();
  }
}

/** Values as a test looks at them. */
type Row = Record<string, unknown>;

function rows(directory: string, what: string, options: Partial<ExploreOptions> = {}): Row[] {
  const lines = text(directory, what, { ...options, form: 'ndjson' })
    .split('\n')
    .filter(Boolean);
  return lines.map((line): Row => JSON.parse(line));
}

test('every checkpoint can be explored, in every form', () => {
  for (const name of CHECKPOINTS) {
    if (name === 'cpuinfo' || name === 'incremental') continue;
    for (const what of ['ps', 'fds', 'mems', 'rss', 'sk']) {
      const directory = fixture(`real/${name}`);
      assert.ok(text(directory, what).endsWith('\n'));
      const document: { processes: Row[] } = JSON.parse(text(directory, what, { form: 'json' }));
      assert.ok(document.processes.length > 0);
      for (const row of rows(directory, what)) assert.equal(typeof row['pid'], 'number');
    }
  }
});

test('zombies have neither files nor memory', () => {
  const directory = fixture('real/procs');
  const states = rows(directory, 'ps').map(({ pid, state }) => [pid, state]);
  assert.deepEqual(
    states.filter(([, state]) => state !== 'Alive'),
    [
      [2586, 'Dead'],
      [2587, 'Dead'],
      [2588, 'Stopped'],
    ],
  );
  for (const what of ['fds', 'mems', 'rss']) {
    const lines = text(directory, what).split('\n');
    const at = lines.indexOf('2586');
    assert.deepEqual(lines.slice(at, at + 3), ['2586', '2587', '2588'], what);
    assert.match(lines[at + 3] ?? '', /^\t/);
  }
});

test('a dump of CRIU 4.1 shows as many pages as one of 4.2 does', () => {
  assert.match(text(fixture('real/v411-simple'), 'rss'), /^\d+\n\t401000 \/ 1 {8} +00401000 \/ 120/);
});

test('several roots, a parent that is not there, and processes that are each other’s parents', (t) => {
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': [task(1, 0), task(2, 0), task(3, 1), task(4, 99), task(5, 6), task(6, 5), task(7, 7)],
    ...Object.assign({}, ...[1, 2, 3, 4, 5, 6, 7].map((pid) => core(pid, `p${pid}`))),
  });
  const names = text(directory, 'ps')
    .split('\n')
    .slice(1, -1)
    .map((line) => line.slice(24));
  assert.deepEqual(names, ['p1', '    p3', 'p2', 'p4', 'p5', '    p6', 'p7']);
});

test('a deep tree', (t) => {
  const pids = Array.from({ length: 3000 }, (_, index) => index + 1);
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': pids.map((pid) => task(pid, pid - 1)),
    ...Object.assign({}, ...pids.map((pid) => core(pid, 'x'))),
  });
  assert.equal(text(directory, 'ps').split('\n').length, 3002);
});

test('images of before files.img and before vmas stood in mm', (t) => {
  const directory = buildDirectory(t, {
    'pstree.img PSTREE': [task(7, 0)],
    ...core(7, 'old'),
    'ids-7.img IDS': [{ vm_id: 1, files_id: 3, fs_id: 1, sighand_id: 1 }],
    'fdinfo-3.img FDINFO': [
      { id: 1, flags: 0, type: 'REG', fd: 0 },
      { id: 2, flags: 0, type: 'PIPE', fd: 1 },
      { id: 3, flags: 0, type: 'UNIXSK', fd: 2 },
      { id: 4, flags: 0, type: 'INETSK', fd: 3 },
      { id: 9, flags: 0, type: 'REG', fd: 4 },
    ],
    'fs-7.img FS': [{ cwd_id: 1, root_id: 9 }],
    'reg-files.img REG_FILES': [{ id: 1, flags: 0, pos: 0, fown: FOWN, name: '/old' }],
    'pipes.img PIPES': [{ id: 2, pipe_id: 5, flags: 0, fown: FOWN }],
    'unixsk.img UNIXSK': [
      {
        id: 3,
        ino: 8,
        type: 1,
        state: 10,
        flags: 0,
        uflags: 0,
        backlog: 0,
        peer: 9,
        fown: FOWN,
        opts: OPTS,
        name: '/s=00',
      },
    ],
    'inetsk.img INETSK': [
      {
        id: 4,
        ino: 8,
        family: 2,
        type: 1,
        proto: 6,
        state: 10,
        src_port: 80,
        dst_port: 0,
        flags: 0,
        backlog: 0,
        src_addr: [0x0100007f],
        dst_addr: [0],
        fown: FOWN,
        opts: OPTS,
      },
    ],
    'mm-7.img MM': [mm(undefined, { exe_file_id: 1 })],
    'vmas-7.img VMAS': [
      vma(0x1000, 0x3000, 0x41, { shmid: 1, pgoff: 0x2000 }),
      vma(0x5000, 0x6000, 0x101, { shmid: 77 }),
    ],
    'pagemap-7.img PAGEMAP': [
      { pages_id: 1 },
      { vaddr: 0x2000, compat_nr_pages: 1 },
      { vaddr: 0x5000, compat_nr_pages: 1, in_parent: true },
    ],
  });
  assert.equal(
    text(directory, 'fds'),
    '7\n\t      0: /old\n\t      1: pipe[5]\n\t      2: unix[8 (9) /s=00]\n\t      3: INETSK.4\n\t      4: unknown path\n\t    cwd: /old\n\t   root: unknown path\n',
  );
  assert.equal(
    text(directory, 'mems'),
    `7\n\t${'exe'.padEnd(36)}    /old\n\t${'00001000-00003000'.padEnd(36)}rw- /old + 0x2000\n\t${'00005000-00006000'.padEnd(36)}rw- shmem[1]\n`,
  );
  assert.deepEqual(
    rows(directory, 'rss').map(({ start, present, in_parent }) => [start, present, in_parent]),
    [
      ['0x1000', 1, 0],
      ['0x5000', 0, 1],
    ],
  );
  assert.deepEqual(
    rows(directory, 'sk').map(({ fd, family, state, local, peer }) => [fd, family, state, local, peer]),
    [
      [2, 'UNIX', 'LISTEN', '8 /s=00', '9'],
      [3, 'INET', 'LISTEN', '127.0.0.1:80', ''],
    ],
  );
});

test('pages of 64 KiB, as the process was told or as it is said', (t) => {
  const images = (auxv: readonly number[]): Record<string, readonly object[]> => ({
    'pstree.img PSTREE': [task(7, 0)],
    ...core(7, 'big'),
    'mm-7.img MM': [mm([vma(0x10000, 0x50000, 1)], { mm_saved_auxv: auxv })],
    'pagemap-7.img PAGEMAP': [{ pages_id: 1 }, { vaddr: 0x20000, compat_nr_pages: 0, nr_pages: 2, flags: 4 }],
  });
  const line = '7\n\t20000 / 2               00010000 / 4       \n\t                       \n';
  assert.equal(text(buildDirectory(t, images([6, 65536])), 'rss'), line);
  assert.equal(text(buildDirectory(t, images([])), 'rss', {}, 65536), line);
  const [row] = rows(buildDirectory(t, images([6, 65536])), 'rss');
  assert.deepEqual([row?.['pages'], row?.['present']], [4, 2]);
});

test('counts of pages agree with the pagemap', () => {
  for (const name of ['mem', 'lazy', 'incremental/3', 'fds']) {
    const directory = fixture(`real/${name}`);
    const saved = new Map<unknown, number>();
    let pid = '';
    for (const line of text(directory, 'rss').split('\n')) {
      if (/^\d+$/.test(line)) pid = line;
      const pages = /^\t[0-9a-f]+ \/ (\d+)/.exec(line)?.[1];
      if (pages !== undefined) saved.set(pid, (saved.get(pid) ?? 0) + Number(pages));
    }
    const counted = new Map<unknown, number>();
    for (const row of rows(directory, 'rss')) {
      const pages = Number(row['present']) + Number(row['in_parent']) + Number(row['lazy']);
      counted.set(String(row['pid']), (counted.get(String(row['pid'])) ?? 0) + pages);
    }
    assert.deepEqual(counted, saved, name);
  }
});

test('command lines and environment from memory', () => {
  const directory = fixture('real/procs');
  const [first, zombie] = rows(directory, 'ps', { args: true, env: true });
  assert.deepEqual(first?.['args'], ['/srv/corpus/bin/procs']);
  assert.deepEqual(first?.['env'], ['PATH=/usr/bin:/bin']);
  assert.equal(zombie?.['args'], undefined);
  const lines = text(directory, 'ps', { args: true }).split('\n');
  assert.equal(lines[1], '   2585   2585   2585   /srv/corpus/bin/procs');
  assert.equal(lines[2], '   2586   2585   2585       [corpus:procs]');
  assert.match(text(directory, 'ps', { env: true }), /^ +2585 +2585 +2585 {3}corpus:procs PATH=\/usr\/bin:\/bin$/m);
});

test('sockets of every family', () => {
  const inet = rows(fixture('real/inet-netns'), 'sk');
  assert.deepEqual(
    [...new Set(inet.map(({ family }) => String(family)))].toSorted((a, b) => a.localeCompare(b)),
    ['INET', 'INET6', 'NETLINK', 'PACKET'],
  );
  assert.deepEqual(inet[1], {
    pid: 11419,
    fd: 4,
    id: 5,
    family: 'INET6',
    type: 'STREAM',
    protocol: 'TCP',
    state: 'LISTEN',
    local: '[::1]:5086',
    peer: '',
    sndbuf: 16384,
    rcvbuf: 131072,
  });
  assert.match(
    text(fixture('real/inet-netns'), 'sk'),
    /^ +11419 +4 INET6 +STREAM +TCP +LISTEN +16384 +131072 \[::1\]:5086 +\*$/m,
  );
  assert.ok(rows(fixture('real/unix'), 'sk').some(({ local }) => local === '957461 =00abstract =01=FF=3Dname'));
});

test('names that are not UTF-8, and names that would act on a terminal', (t) => {
  assert.match(text(fixture('real/nonutf8'), 'ps'), /caf\\xe9\\x80$/m);
  const directory = buildDirectory(t, { 'pstree.img PSTREE': [task(1, 0)], ...core(1, 'a\x1b[31m') });
  assert.ok(text(directory, 'ps').endsWith('a\\x1b[31m\n'));
  assert.ok(text(directory, 'ps', { form: 'ndjson' }).includes('"a\\u001b[31m"'));
});

test('what is missing or damaged is named', (t) => {
  const images = { 'pstree.img PSTREE': [task(1, 0)] };
  const directory = buildDirectory(t, images);
  assert.throws(() => text(directory, 'ps'), /^CritError: core-1\.img: no such file or directory$/);
  writeFileSync(join(directory, 'core-1.img'), 'nothing of the kind');
  assert.throws(() => text(directory, 'ps'), /^CritError: core-1\.img: .*not a CORE image/);
  assert.throws(() => text(join(directory, 'core-1.img'), 'ps'), /is no directory/);
});

test("CRIT's own views stand in the golden outputs of most checkpoints", () => {
  assert.ok(CHECKPOINTS.filter((name) => goldenOf(name).has('x-mems.txt')).length >= 25);
});
