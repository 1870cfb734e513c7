import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { containerOf } from '../../src/inspect/container.ts';
import { criuVersionNoted } from '../../src/inspect/criu-version.ts';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const podman = fixture('archives/podman-counter.tar');

const PODMAN = `container     counter (5ebf83b4bdac)
image         localhost/counter:latest
engine        Podman (crun)
created       2026-11-24T03:06:58.422005756Z
hostname      corpus
command       /bin/counter

CRIU          image version 2, 32 images
dump          frozen for 72.1 ms, memory 0.3 ms, writing 0.0 ms
pages         21 scanned, 14 written, 0 in parent
size          129.7 KiB, in an archive of 163.5 KiB
memory        56 KiB; pages: 14 here, 0 in parent, 0 lazy (56 KiB)
other         images 24.8 KiB, rootfs diff 4.5 KiB, /dev/shm 1.5 KiB, rest 42.9 KiB
processes     1, threads 1, open files 7, sockets 0

      1  /bin/counter
`;

async function inspect(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr, codes } = await shell('crit-inspect --json "$@"', args);
  assert.deepEqual([stderr, codes], ['', [0]]);
  return JSON.parse(String(stdout));
}

test('a container of Podman on one screen', async (t) => {
  const TMPDIR = temporary(t);
  const { stdout, stderr, codes } = await shell('crit-inspect "$1"', [podman], { env: { TMPDIR } });
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.equal(String(stdout), PODMAN);
  assert.deepEqual(readdirSync(TMPDIR), []);
});

test('standard input and directories tell the same', async (t) => {
  const directory = join(temporary(t), 'out');
  await shell('crit-cat "$1" | crit-pack -C "$2"', [podman, directory]);
  const expected = PODMAN.replace(', in an archive of 163.5 KiB', '');
  for (const script of ['crit-inspect < "$1"', 'crit-inspect - < "$1"', 'crit-inspect "$2"']) {
    assert.equal(String((await shell(script, [podman, directory])).stdout), expected, script);
  }
});

test('CRI-O and containerd are told by what they write', async () => {
  const crio = await inspect(fixture('archives/made-crio.tar.zst'));
  assert.deepEqual(Object(crio['criu']), { version: '4.1.1', imageVersion: 2, images: 32 });
  const { annotations, mounts, ...rest } = Object(crio['container']);
  assert.deepEqual([Object.keys(annotations).length, mounts.length], [15, 11]);
  assert.deepEqual(rest, {
    name: 'k8s_counter_pod_default_0_1',
    id: 'c'.repeat(64),
    image: 'registry.example.test/counter:latest',
    imageId: `registry.example.test/counter@sha256:${'f'.repeat(64)}`,
    engine: 'CRI-O',
    runtime: 'crun',
    created: '2026-01-02T03:04:05.678901234Z',
    checkpointed: '2026-01-02T04:05:06.789012345Z',
    command: ['/bin/counter'],
    hostname: 'app',
    pod: 'pod',
    namespace: 'default',
    addresses: ['192.0.2.17'],
  });
  const containerd = Object((await inspect(fixture('archives/made-containerd.tar.gz')))['container']);
  assert.deepEqual(
    [containerd.engine, containerd.runtime, containerd.pod],
    ['containerd', 'io.containerd.runc.v2', 'pod'],
  );
});

test('every checkpoint can be inspected', async () => {
  for (const name of CHECKPOINTS.filter((each) => !['incremental', 'cpuinfo'].includes(each))) {
    const found = await inspect(fixture(`real/${name}`));
    assert.ok(Array.isArray(found['processes']) && found['processes'].length > 0, name);
    const kinds = new Set((Array.isArray(found['unusual']) ? found['unusual'] : []).map(({ kind }) => kind));
    assert.deepEqual(
      [...kinds].filter((kind) => kind === 'damaged' || kind === 'missing' || kind === 'unknown'),
      [],
      name,
    );
  }
});

test('the chain of parents and lazy pages', async () => {
  const { stdout } = await shell('crit-inspect "$1"; crit-inspect "$2"', [
    fixture('real/incremental/3'),
    fixture('real/lazy'),
  ]);
  assert.match(String(stdout), /^parent +\.\.\/2\nparent +\.\.\/1$/m);
  assert.match(String(stdout), /^unusual +lazy: 94 pages were left to a lazy-pages server$/m);
});

test('what is unusual is told', async (t) => {
  const directory = join(temporary(t), 'x');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  const mm = readdirSync(directory).find((name) => name.startsWith('mm-')) ?? '';
  rmSync(join(directory, 'inventory.img'));
  writeFileSync(join(directory, mm), readFileSync(join(directory, mm)).subarray(0, -1));
  cpSync(fixture('crafted/PSTREE-unknown-field.img'), join(directory, 'other.img'));
  symlinkSync('../nowhere', join(directory, 'parent'));
  const { stdout, codes } = await shell('crit-inspect "$1"', [directory]);
  assert.deepEqual(codes, [0]);
  const unusual = String(stdout)
    .split('\n')
    .filter((line) => line.startsWith('unusual'));
  assert.equal(unusual.length, 4);
  assert.match(unusual[0] ?? '', /damaged: mm-\d+\.img: entry 1 at byte 8: truncated/);
  assert.match(unusual[1] ?? '', /unknown: other\.img: \d+ entries with fields that the schema does not know/);
  assert.match(unusual[2] ?? '', /missing: inventory\.img: is not there/);
  assert.match(unusual[3] ?? '', /parent: parent: leads to \.\.\/nowhere, which is not there|parent: leads to/);
});

test('a process whose images are missing is still there', async (t) => {
  const directory = join(temporary(t), 'x');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  for (const name of readdirSync(directory)) if (/^(?:core|mm|pagemap)-/.test(name)) rmSync(join(directory, name));
  const { stdout, stderr, codes } = await shell('crit-inspect "$1"', [directory]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.match(String(stdout), /^ +2512 {2}\[\]$/m);
  for (const name of ['core', 'mm', 'pagemap']) {
    assert.match(String(stdout), new RegExp(`^unusual +missing: ${name}-2512\\.img: is not there$`, 'm'));
  }
});

test('--files, --sockets, --mounts, --annotations and --all list more', async () => {
  const lists: Record<string, RegExp> = {
    '--files': /^ +3  \/data\.txt$/m,
    '--mounts': /^mount +\/etc\/hosts {2}from tmpfs$/m,
    '--annotations': /^annotation +io\.container\.manager=libpod$/m,
  };
  const all = String((await shell('crit-inspect -a "$1"', [podman])).stdout);
  for (const [option, expected] of Object.entries(lists)) {
    const { stdout } = await shell(`crit-inspect ${option} "$1"`, [podman]);
    assert.match(String(stdout), expected);
    assert.match(all, expected);
  }
  const { stdout } = await shell('crit-inspect --sockets "$1"', [fixture('real/inet-netns')]);
  assert.match(String(stdout), /TCP|STREAM/);
});

test('names cannot act on a terminal', async (t) => {
  const directory = join(temporary(t), 'x');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  writeFileSync(join(directory, 'config.dump'), JSON.stringify({ name: 'a\u001b[2Jb\nc' }));
  const { stdout } = await shell('crit-inspect "$1"', [directory]);
  assert.match(String(stdout), /^container +a\\x1b\[2Jb\\x0ac$/m);
});

test('what is no checkpoint is said', async (t) => {
  const directory = temporary(t);
  writeFileSync(join(directory, 'x'), 'x');
  for (const [path, expected] of [
    [directory, /is no checkpoint: neither pstree\.img nor checkpoint\/pstree\.img is there/],
    [join(directory, 'x'), /neither a directory of images nor an archive of one \(tar, gzip, zstd\)/],
    [join(directory, 'none'), /no such file or directory/],
  ] as const) {
    const { stderr, codes } = await shell('crit-inspect "$1"', [path]);
    assert.deepEqual(codes, [2]);
    assert.match(stderr, expected);
  }
});

test('a damaged archive leaves nothing behind', async (t) => {
  const TMPDIR = temporary(t);
  const { codes } = await shell('head -c 100000 "$1" | crit-inspect', [podman], { env: { TMPDIR } });
  assert.deepEqual(codes, [0, 2]);
  assert.deepEqual(readdirSync(TMPDIR), []);
});

test('a signal leaves nothing behind', async (t) => {
  const TMPDIR = temporary(t);
  const script = `mkfifo "$2/pipe" && { crit-inspect < "$2/pipe" & } && exec 9> "$2/pipe" && head -c 100000 "$1" >&9
    sleep 1; ls -A "$TMPDIR" | wc -l; kill -TERM $!; wait $!; echo $?; ls -A "$TMPDIR" | wc -l`;
  const { stdout } = await shell(script, [podman, temporary(t)], { env: { TMPDIR } });
  assert.deepEqual(String(stdout).split(/\s+/), ['1', '143', '0', '']);
});

test('what engines note of networks, mounts and versions', () => {
  const files: Record<string, unknown> = {
    'config.dump': { name: 'web' },
    'spec.dump': { mounts: [{ destination: '/etc/hosts', type: 'bind', source: '/run/hosts' }, { type: 'none' }, 7] },
    'network.status': {
      podman: {
        interfaces: {
          eth0: { mac_address: '02:00:00:00:00:01', subnets: [{ ipnet: '10.88.0.2/16', gateway: '10.88.0.1' }, 1] },
          eth1: 'none',
        },
      },
      odd: null,
    },
  };
  const read = (name: string): Buffer | undefined =>
    name in files ? Buffer.from(JSON.stringify(files[name])) : undefined;
  const said = {
    'io.podman.annotations.checkpoint.podman.version': '5.4.0',
    'io.podman.annotations.checkpoint.host.kernel': '6.12.0',
    'org.criu.checkpoint.runtime.version': '1.21',
  };
  const { networks, mounts, addresses, engineVersion, runtimeVersion, kernel } = containerOf(read, said) ?? {};
  assert.deepEqual(networks, [
    {
      name: 'podman',
      device: 'eth0',
      hardwareAddress: '02:00:00:00:00:01',
      addresses: ['10.88.0.2/16'],
      gateways: ['10.88.0.1'],
    },
  ]);
  assert.deepEqual(mounts, [{ destination: '/etc/hosts', type: 'bind', source: '/run/hosts' }]);
  assert.deepEqual([addresses, engineVersion, runtimeVersion, kernel], [['10.88.0.2/16'], '5.4.0', '1.21', '6.12.0']);
});

test('the version of CRIU is also what the engine noted', () => {
  const noted = (value: string): string | undefined =>
    criuVersionNoted({ 'io.podman.annotations.checkpoint.criu.version': value });
  assert.deepEqual([noted('40101'), noted('31900'), noted('4.2'), noted('')], ['4.1.1', '3.19', '4.2', undefined]);
});

/** The paths of the table in docs/containers.md that maps checkpointctl's keys. */
// prettier-ignore
const CHECKPOINTCTL: readonly string[] = [
  'container.name', 'container.image', 'container.id', 'container.runtime', 'container.created', 'container.engine', 'container.annotations',
  'container.mounts.0.destination', 'container.mounts.0.type', 'container.mounts.0.source', 'sizes.archive', 'sizes.total',
  'sizes.memory', 'sizes.gpu', 'sizes.rootfsDiff', 'dump.freezing_time', 'dump.frozen_time', 'dump.memdump_time', 'dump.memwrite_time',
  'dump.pages_scanned', 'dump.pages_written', 'processes.0.pid', 'processes.0.comm', 'processes.0.args', 'processes.0.state', 'processes.0.ppid',
  'processes.0.depth', 'processes.0.descriptors.0.type', 'processes.0.descriptors.0.fd', 'processes.0.descriptors.0.name', 'processes.0.cwd',
  'processes.0.root', 'processes.0.exe', 'mounts.0.mountpoint', 'processes.0.env',
];

test('every key of checkpointctl has its place', async () => {
  const found = { ...(await inspect('--all', '--env', podman)) };
  for (const path of CHECKPOINTCTL) {
    const value = path.split('.').reduce<unknown>((at, key) => Reflect.get(Object(at), key), found);
    assert.notEqual(value, undefined, path);
  }
  const [socket] = Object((await inspect(fixture('real/inet-netns')))['sockets']);
  for (const key of ['protocol', 'family', 'type', 'state', 'local', 'peer', 'sndbuf', 'rcvbuf', 'users'])
    assert.notEqual(Reflect.get(socket, key), undefined, key);
});
