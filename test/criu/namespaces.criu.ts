/** Edits of what namespaces, groups and roots hold: the kernel tells of the restored processes exactly that change. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { criu, dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget, type Target } from './harness/target.ts';
import { until } from './harness/until.ts';
import type { Programs } from './setup/release.ts';

interface Scenario {
  readonly what: string;
  readonly target?: string;
  /** What the target is started through, in the folder of the scene. */
  readonly through?: readonly string[];
  readonly options?: readonly string[];
  /** What is done before the dump; gives why it cannot be done here. */
  readonly prepare?: (t: TestContext, target: Target) => string | undefined;
  /** Makes the folder `edited` of `dump`. */
  readonly by: string;
  /** What the kernel tells of a process, as text. */
  readonly tells: (pid: number) => string;
  /** How that text changes; each is replaced everywhere. */
  readonly changes: Readonly<Record<string, string>>;
  readonly needs?: readonly string[];
  /** Where its files are afterwards. */
  readonly home?: (target: Target, scene: string) => string;
}

function run(...[file = '', ...args]: string[]): string {
  const { stdout, stderr, status } = spawnSync(file, args, { encoding: 'utf8' });
  assert.equal(status, 0, `${file} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const NETWORK = `set -e
  ip link set lo up; ip link add one type veth peer name other; ip link set one up; ip link set other up
  ip addr add 10.3.0.1/24 dev one; ip -6 addr add fd03::1/64 dev one nodad
  ip route add 10.4.0.0/16 via 10.3.0.2; ip -6 route add fd04::/32 via fd03::2
  ip rule add from 10.3.0.0/24 lookup 100
  iptables -A INPUT -s 10.3.0.9/32 -p tcp -j ACCEPT
  exec "$@"`;

/**
 * A container with a user namespace. Its first user is the one outside, so that it can read where the test is; all others are
 * others, such as those groups.
 */
const USERS = `cp "$1" "$2/program"; cd "$2"; mkdir dev; mknod -m 666 dev/null c 1 3; mkfifo ../go
  unshare --user bash --norc -c 'read _ < ../go; exec setpriv --reuid=0 --regid=0 --groups=5,7 "$@"' bash \\
    unshare --mount --net --ipc --uts bash --norc -ec '
      ip link set lo up; ip link add left type veth peer name right; ip link set left up; ip link set right up
      ip addr add 10.78.0.1/24 dev left; ip route add 10.79.0.0/16 via 10.78.0.2 dev left
      exec unshare --pid ./program "$0"' "$2" &
  until [ "$(readlink /proc/$!/ns/user)" != "$(readlink /proc/self/ns/user)" ]; do sleep 0.02; done
  for kind in uid gid; do printf '0 0 1\\n1 100000 65535\\n' | dd bs=99 status=none of=/proc/$!/\${kind}_map; done
  echo > ../go; wait $!`;

const UNIFIED = '/sys/fs/cgroup/unified';

/** A group of cgroup v2 with the target in it. */
function enterUnified(t: TestContext, target: Target): string | undefined {
  if (!existsSync(join(UNIFIED, 'cgroup.procs'))) return 'no cgroup v2 here';
  const groups = ['crit-pipe-before', 'crit-pipe-after'].map((name) => join(UNIFIED, name));
  t.after(() => {
    for (const group of groups) if (existsSync(group)) rmdirSync(group);
  });
  mkdirSync(groups[0] ?? '', { recursive: true });
  for (const pid of familyOf(target.pid)) writeFileSync(join(groups[0] ?? '', 'cgroup.procs'), String(pid));
  return undefined;
}

/** A process and all that descend from it, the parent first. */
function familyOf(pid: number): number[] {
  const threads = readdirSync(`/proc/${pid}/task`);
  const children = threads.flatMap((tid) => readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8').split(' '));
  return [pid, ...children.filter((word) => word !== '').flatMap((word) => familyOf(Number(word)))];
}

/** Name, parent, group, session and threads of each process of a family. */
function treeOf(pid: number): string {
  return familyOf(pid)
    .map((each) => {
      const stat = readFileSync(`/proc/${each}/stat`, 'latin1');
      const [state = '', parent = '', group = '', session = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const isGone = state === 'Z';
      return [
        each,
        isGone ? 'zombie' : 'alive',
        each === pid ? '-' : parent,
        group,
        session,
        ...threadsOf(each, isGone),
      ].join(' ');
    })
    .sort()
    .join('\n');
}

function threadsOf(pid: number, isGone: boolean): string[] {
  return isGone ? [] : readdirSync(`/proc/${pid}/task`);
}

const SCENARIOS: readonly Scenario[] = [
  {
    what: 'addresses, routes, rules and the firewall of a network namespace, IPv4 and IPv6',
    needs: ['ip', 'nsenter', 'iptables'],
    through: ['unshare', '--net', 'bash', '--norc', '-c', NETWORK, 'bash'],
    by: 'crit-cat dump | crit-edit --address 10.3.0.0/24=10.5.0.0/24 --address fd03::/64=fd05::/64 | crit-pack -C edited',
    tells: (pid) =>
      run(
        'nsenter',
        `--net=/proc/${pid}/ns/net`,
        'sh',
        '-c',
        'ip -o addr | sed "s/ *valid_lft.*//"; ip route; ip -6 route | grep fd0; ip rule; iptables-save | grep INPUT.*tcp',
      ),
    changes: { '10.3.0.': '10.5.0.', 'fd03:': 'fd05:' },
  },
  {
    what: 'a group of cgroup v2',
    options: ['--manage-cgroups=soft'],
    prepare: enterUnified,
    by: 'crit-edit --cgroup /crit-pipe-before=/crit-pipe-after dump -C edited',
    tells: (pid) => /^0::.*$/m.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[0] ?? '',
    changes: { before: 'after' },
  },
  {
    what: 'a root in another directory',
    target: 'pipes',
    needs: ['chroot'],
    through: [
      'bash',
      '--norc',
      '-c',
      'mkdir -p here/$PWD/home here/bin here/dev; mknod -m 666 here/dev/null c 1 3; cp $(dirname $1)/static here/bin/; exec chroot here /bin/static "$2"',
      'bash',
    ],
    by: 'mv here there; crit-edit --path "$PWD/here=$PWD/there" dump -C edited',
    tells: (pid) => readlinkSync(`/proc/${pid}/root`) + readlinkSync(`/proc/${pid}/exe`),
    changes: { '/here': '/there' },
    home: ({ home }, scene) => join(scene, 'there', home),
  },
];

/** Lines in order: the kernel lists routes in that of their addresses. */
const linesOf = (text: string): string[] => text.split('\n').sort();

const title = (what: string, programs: Programs | undefined, name: string): string =>
  `${what}, CRIU ${programs?.version ?? name}`;

for (const available of releases()) {
  const { release, programs } = available;
  for (const scenario of SCENARIOS) {
    const {
      what,
      target: name = 'pipes',
      through = [],
      options = [],
      prepare,
      by,
      tells,
      changes,
      needs = [],
      home,
    } = scenario;
    const missing = needs.find((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
    const skip = programs === undefined ? available.skip : missing !== undefined && `${missing} is missing`;
    test(title(what, programs, release.name), { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const [file = '', ...words] = through;
      const inScene = file === '' ? [] : ['env', '-C', scene, file, ...words];
      const target = await startTarget(t, scene, name, {}, inScene);
      const reason = prepare?.(t, target);
      if (reason !== undefined) return t.skip(reason);
      const before = tells(target.pid);
      await dump(programs, target, join(scene, 'dump'), options);
      await shell(scene, by);
      await restore(programs, join(scene, 'edited'), options);
      const wanted = Object.entries(changes).reduce((text, [from, to]) => text.replaceAll(from, to), before);
      assert.notEqual(wanted, before, 'nothing to be changed');
      assert.deepEqual(linesOf(tells(target.pid)), linesOf(wanted));
      await assertIntact({ ...target, home: home?.(target, scene) ?? target.home });
    });
  }

  test(
    title('the ids outside of a user namespace', programs, release.name),
    { skip: programs === undefined && available.skip },
    async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, 'container', {}, ['bash', '--norc', '-ec', USERS, 'bash']);
      const tells = (pid: number): string =>
        ['uid_map', 'gid_map', 'status']
          .map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8').replace(/ +/g, ' '))
          .join('')
          .replace(/^(?!Groups:| ?\d).*\n/gm, '');
      const before = tells(target.pid);
      const options = ['--manage-cgroups=ignore'];
      // Its images have the pid that it has within.
      mkdirSync(join(scene, 'dump'));
      await criu(programs, [
        'dump',
        '-t',
        `${target.pid}`,
        '-D',
        join(scene, 'dump'),
        '-o',
        'dump.log',
        '-v4',
        ...options,
      ]);
      await until('the end of the container', () => !existsSync(`/proc/${target.pid}`));
      await shell(
        scene,
        'crit-edit --map 100000=200000 dump -C edited; mount --bind home home; mount --make-private home',
      );
      const pidfile = join(scene, 'pid');
      try {
        await restore(programs, join(scene, 'edited'), [...options, '--root', target.home, '--pidfile', pidfile]);
      } finally {
        await shell(scene, 'umount -l home');
      }
      const pid = Number(readFileSync(pidfile, 'utf8'));
      assert.match(before, /^Groups:\t100004 100006 *$/m);
      assert.equal(tells(pid), before.replaceAll('10000', '20000'));
      await assertIntact({ ...target, pid });
    },
  );

  test(
    title('all ids of a tree with sessions, groups, threads and zombies', programs, release.name),
    { skip: programs === undefined && available.skip },
    async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, 'processes');
      const before = treeOf(target.pid);
      await dump(programs, target, join(scene, 'dump'), []);
      await shell(scene, 'crit-cat dump | crit-edit --pid-offset 1000 | crit-pack -C edited');
      await restore(programs, join(scene, 'edited'), []);
      assert.ok(before.split('\n').length >= 6);
      const moved = before.replaceAll(/\d+/g, (id) => (id === '0' ? id : `${Number(id) + 1000}`));
      assert.equal(treeOf(target.pid + 1000), moved);
    },
  );

  test(
    title('a network namespace from outside under another key', programs, release.name),
    { skip: programs === undefined && available.skip },
    async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const names = ['one', 'other'].map((name) => `crit-pipe-${name}-${process.pid}`);
      t.after(() => names.forEach((each) => run('ip', 'netns', 'del', each)));
      for (const each of names) run('ip', 'netns', 'add', each);
      const [one = '', other = ''] = names.map((each) => `/run/netns/${each}`);
      const target = await startTarget(t, scene, 'pipes', {}, ['nsenter', `--net=${one}`]);
      const inode = /\d+/.exec(readlinkSync(`/proc/${target.pid}/ns/net`))?.[0] ?? '';
      await dump(programs, target, join(scene, 'dump'), ['--external', `net[${inode}]:before`]);
      await shell(scene, 'crit-edit --external before=after dump -C edited');
      // CRIU takes the namespace as a file that is open.
      const wrapper = join(scene, 'inheriting');
      writeFileSync(wrapper, `#!/bin/sh\nexec 9< ${other}\nexec "$@"\n`, { mode: 0o755 });
      const inheriting: Programs = { ...programs, criu: [wrapper, ...programs.criu] };
      await restore(inheriting, join(scene, 'edited'), ['--inherit-fd', 'fd[9]:after']);
      assert.equal(run('ip', 'netns', 'identify', String(target.pid)).trim(), other.slice('/run/netns/'.length));
      await assertIntact(target);
    },
  );
}
