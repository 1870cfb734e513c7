/** Edits that people make of dumps by hand: the restored program sees each, and nothing else has changed. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { assertAgreesWithCrit } from './harness/crit.ts';
import { dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget, type Target } from './harness/target.ts';
import { whyNoInternet } from './harness/targets.ts';
import { mountHierarchy, removeGroups } from './setup/cgroups.ts';
import { recipe } from './recipes.ts';
import { workFolder } from './setup/platform.ts';
import type { Programs } from './setup/release.ts';

interface Edit {
  /** Its name among the recipes, which make the folder `edited` of the folder `dump` in a shell; or any, where `by` is given. */
  what: string;
  /** Such commands. */
  by?: string | ((target: Target, child: number) => string);
  /** What the restored program then sees otherwise. */
  sees: Readonly<Record<string, string | ((target: Target, child: number) => string)>>;
  environment?: Readonly<Record<string, string>>;
  options?: readonly string[];
  whyNot?: (programs: Programs) => string | undefined;
  /** What is done between the start and the dump; gives why it cannot be done here. */
  prepare?: (t: TestContext, target: Target) => string | undefined;
  /** How far the ids of the processes move. */
  offset?: number;
}

/** A program with sockets of the internet, as it is dumped. */
const NET: Omit<Edit, 'what' | 'sees'> = {
  environment: { PORT: '7001' },
  options: ['--tcp-established', '--network-lock', 'nftables'],
  whyNot: whyNoInternet,
};
const CLOSED = { connection: 'closed', server: '0.0.0.0', 'server port': '0', 'peer port': '0' };

const EDITS: readonly Edit[] = [
  { what: 'another path for the open log', sees: { log: 'moved.log' } },
  {
    what: 'another directory, as a filter',
    by: 'cp -rp home moved; rm home/service.sock; crit-cat dump | crit-edit --path "$PWD/home=$PWD/moved" | crit-pack -C edited',
    sees: { cwd: 'moved' },
  },
  {
    what: 'another unix socket',
    by: 'crit-edit --path "$PWD/home/service.sock=$PWD/home/other.sock" dump -C edited',
    sees: { socket: 'other.sock' },
  },
  {
    what: 'a file of another size and mode',
    by: 'echo more >> home/service.log; chmod 600 home/service.log; crit-edit --ignore size,mode,build-id dump -C edited',
    sees: {},
  },
  {
    ...NET,
    what: 'another TCP port to listen on',
    sees: { 'listener port': '7002', 'server port': '7002', 'peer port': '7002' },
  },
  {
    ...NET,
    what: 'another port of TCP and UDP',
    by: 'crit-edit --port 7001:7003 dump -C edited',
    sees: { 'listener port': '7003', 'server port': '7003', 'peer port': '7003' },
  },
  {
    // What happens where only one end is changed, and why there is an option for it.
    ...NET,
    what: 'a port at one end alone',
    by: `crit-cat dump | crit-map -m FILES 'if (entry.isk?.src_port === 7001) entry.isk.src_port = 7002' | crit-pack -C edited`,
    sees: { 'listener port': '7002', 'server port': '7002', 'peer port': '0', connection: 'dead', datagrams: 'do not' },
  },
  {
    ...NET,
    what: 'another address',
    by: 'crit-cat dump | crit-edit --address 127.0.0.1=127.0.0.2 | crit-pack -C edited',
    sees: { listener: '127.0.0.2', server: '127.0.0.2' },
  },
  {
    ...NET,
    what: 'closed connections',
    by: 'crit-edit --close-tcp dump -C edited',
    sees: CLOSED,
    options: ['--network-lock', 'skip'],
  },
  {
    ...NET,
    what: 'sockets that listen, and no connection',
    by: 'crit-edit --listen-only dump -C edited',
    sees: { ...CLOSED, datagrams: 'do not' },
  },
  { what: 'another environment variable', sees: { FRUIT: 'peach' } },
  {
    what: 'another argument',
    by: (target) => `crit-edit --args "${target.pid}:0=/short" dump -C edited`,
    sees: { program: 'short' },
  },
  { what: 'another string in memory', sees: { greeting: 'HELLO from after the pipe!' } },
  { what: 'another process name', sees: { name: 'caf\u00e9' } },
  { what: 'another cgroup path', sees: { cgroup: 'after' }, options: ['--manage-cgroups=soft'], prepare: enterGroup },
  {
    what: 'no cgroup',
    by: 'crit-edit --no-cgroup dump -C edited',
    sees: { cgroup: '' },
    options: ['--manage-cgroups=soft'],
    prepare: enterGroup,
  },
  { what: 'a lower limit of open files', sees: { files: '500' } },
  {
    what: 'another nice value and score',
    by: 'crit-edit --nice 7 --oom-score 300 dump -C edited',
    sees: { nice: '7', oom: '300' },
  },
  {
    what: 'another name of the host',
    by: 'crit-edit --hostname after --domainname other dump -C edited',
    sees: { host: 'after', domain: 'other' },
    environment: { UTS: '1' },
  },
  {
    what: 'another user and group',
    by: 'crit-edit --uid 1000=1001 --gid 1000=1002 dump -C edited',
    sees: { Groups: '1002 ', owner: '1001', 'owning group': '1002' },
    environment: { USER_ID: '1000' },
  },
  {
    what: 'no filter of system calls',
    by: 'crit-edit --no-seccomp dump -C edited',
    sees: { Seccomp: '0' },
    environment: { SECCOMP: '1' },
  },
  {
    what: 'other ids of processes',
    by: 'crit-edit --pid-offset 1000 dump -C edited',
    sees: {
      pid: ({ pid }) => `${pid + 1000}`,
      session: ({ pid }) => `${pid + 1000}`,
      child: (_target, child) => `${child + 1000}`,
    },
    offset: 1000,
  },
  {
    what: 'another id of the first process',
    by: ({ pid }) => `crit-edit --as-root-of ${pid + 2000} dump -C edited`,
    sees: {
      pid: ({ pid }) => `${pid + 2000}`,
      session: ({ pid }) => `${pid + 2000}`,
      child: (_target, child) => `${child + 2000}`,
    },
    offset: 2000,
  },
  {
    what: 'another id of one process',
    by: (_target, child) => `crit-cat dump | crit-edit --pid ${child}=${child + 500} | crit-pack -C edited`,
    sees: { child: (_target, child) => `${child + 500}` },
  },
  {
    what: 'one image less',
    by: 'crit-edit --drop stats-dump --drop timens-0.img dump -C edited; ! test -e edited/timens-0.img',
    sees: {},
  },
  {
    what: 'code for the rest',
    by: `crit-edit --set 'CORE if (entry.tc) entry.tc.rlimits.rlimits[7].cur = 400' dump -C edited`,
    sees: { files: '400' },
  },
  {
    what: 'several things in its own place',
    by: 'cp -r dump edited; crit-edit --nice 5 --limit nofile=600 --hostname web --if-present edited -f -C edited',
    sees: { nice: '5', files: '600' },
  },
];

/** What the service sees where nothing was edited. */
const UNEDITED: Readonly<Record<string, string>> = {
  log: 'service.log',
  socket: 'service.sock',
  cwd: 'home',
  program: 'service',
  nice: '3',
  oom: '200',
  FRUIT: 'apple',
  greeting: 'hello from before the dump',
  last: 'last!',
  name: 'service',
  files: '1000',
  'most files': '2000',
};
const UNEDITED_NET: Readonly<Record<string, string>> = {
  listener: '127.0.0.1',
  'listener port': '7001',
  server: '127.0.0.1',
  'server port': '7001',
  'peer port': '7001',
  connection: 'lives',
  datagrams: 'arrive',
};

function enterGroup(t: TestContext, target: Target): string | undefined {
  const hierarchy = join(workFolder(), 'cgroups');
  if (!mountHierarchy(hierarchy)) return 'this kernel has no named cgroup hierarchies';
  t.after(() => removeGroups(hierarchy));
  mkdirSync(join(hierarchy, 'before'));
  for (const pid of [target.pid, childOf(target.pid)])
    writeFileSync(join(hierarchy, 'before', 'cgroup.procs'), `${pid}`);
  return undefined;
}

function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
}

for (const available of releases()) {
  const { release, programs } = available;
  for (const { what, by, sees, environment, options = [], whyNot, prepare, offset = 0 } of EDITS) {
    const skip = programs === undefined ? available.skip : whyNot?.(programs);
    test(`${what}, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, 'service', { FRUIT: 'apple', ...environment });
      const reason = prepare?.(t, target);
      if (reason !== undefined) return t.skip(reason);
      const child = childOf(target.pid);
      await dump(programs, target, join(scene, 'dump'), whyNot ? (NET.options ?? []) : options);
      await assertAgreesWithCrit(t, programs, join(scene, 'dump'));
      await shell(scene, by === undefined ? recipe(what) : typeof by === 'string' ? by : by(target, child));
      await restore(programs, join(scene, 'edited'), options);
      const { saw } = await assertIntact({ ...target, pid: target.pid + offset });
      const unedited = {
        ...UNEDITED,
        ...(environment?.['PORT'] !== undefined && UNEDITED_NET),
        pid: `${target.pid}`,
        session: `${target.pid}`,
        child: `${child}`,
      };
      for (const [name, value] of Object.entries<Edit['sees'][string]>({ ...unedited, ...sees })) {
        const wanted = typeof value === 'string' ? value : value(target, child);
        assert.equal(saw.get(name)?.split('/').at(-1), wanted, name);
      }
    });
  }

  test(`another terminal, CRIU ${programs?.version ?? release.name}`, { skip: programs === undefined }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const target = await startTarget(t, scene, 'pty');
    const before = terminalsOf(target.pid);
    await dump(programs, target, join(scene, 'dump'), []);
    const options = before.map((number) => `--tty ${number}=${number + 10}`);
    await shell(scene, `crit-edit ${options.join(' ')} dump -C edited`);
    await restore(programs, join(scene, 'edited'), []);
    const after = terminalsOf(target.pid);
    assert.deepEqual(
      after,
      before.map((number) => number + 10),
    );
    const { saw } = await assertIntact(target);
    assert.ok(after.includes(Number(saw.get('slave')?.split('/').at(-1))));
  });
}

/** Numbers of the pseudo terminals that a process or its children have open. */
function terminalsOf(pid: number): number[] {
  const numbers = new Set<number>();
  for (const process of [pid, childOf(pid)]) {
    for (const fd of readdirSync(`/proc/${process}/fd`)) {
      const number = /^\/dev\/pts\/(\d+)$/.exec(readlinkSync(`/proc/${process}/fd/${fd}`))?.[1];
      if (number !== undefined) numbers.add(Number(number));
    }
  }
  return [...numbers].sort((a, b) => a - b);
}
