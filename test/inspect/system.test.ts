/** Credentials, namespaces, cgroups, networks, and what is left outside. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inspect, type Inspection } from '../../src/inspect/inspect.ts';
import { addressesIn, routesIn, rulesIn } from '../../src/inspect/network/dumps.ts';
import type { System } from '../../src/inspect/system/system.ts';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { CritError } from '../../src/error.ts';
import { encodeWithOracle, messageType } from '../oracle.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

async function systemOf(path: string): Promise<System> {
  const { system } = await inspect(path, { system: true });
  assert.ok(system);
  return system;
}

test('credentials are told once, with all who have them: threads apart where they differ', async () => {
  const { credentials } = await systemOf(fixture('real/seccomp'));
  assert.deepEqual(
    credentials.map(({ pids, threads, seccomp, seccompFilters, noNewPrivileges }) => [
      pids,
      threads,
      seccomp,
      seccompFilters,
      noNewPrivileges,
    ]),
    [
      [[5189, 5192], [], 'filter', 2, true],
      [[5191], [5190], 'filter', 3, true],
    ],
  );
  const users = (await systemOf(fixture('real/ns-user'))).credentials;
  assert.deepEqual(
    users.map(({ pids, user, group, capabilities }) => [
      pids,
      user.real,
      group.effective,
      capabilities.effective.length,
      capabilities.bounding.length,
    ]),
    [
      [[1, 5], 0, 0, 41, 41],
      [[4], 110, 120, 0, 41],
    ],
  );
  assert.equal(users[0]?.capabilities.effective[21], 'CAP_SYS_ADMIN');
  assert.equal(users[0]?.capabilities.effective.at(-1), 'CAP_CHECKPOINT_RESTORE');
});

test('namespaces say who is in them, and which are those of the host', async () => {
  const { namespaces } = await systemOf(fixture('real/ns-user'));
  assert.deepEqual(
    namespaces.map(({ kind, id, isHost }) => `${kind} ${id}${isHost ? ' host' : ''}`),
    ['pid 9', 'net 10', 'mnt 13', 'user 14', 'ipc 11', 'uts 12', 'cgroup 8 host', 'time 5 host'],
  );
  assert.deepEqual(namespaces[0]?.pids, [1, 4, 5]);
});

test('cgroups tell places and the limits that are set', async () => {
  const { places, groups } = (await systemOf(fixture('real/cgroup'))).cgroups;
  assert.deepEqual(
    places.map(({ pids, paths }) => [pids, paths['memory']]),
    [[[21683], '/corpus/child']],
  );
  const limits = Object.assign({}, ...groups.map((group) => group.limits));
  assert.deepEqual(
    [limits['pids.max'], limits['memory.limit_in_bytes'], limits['cpu.shares'], limits['cpu.cfs_quota_us']],
    ['99', '134217728', '512', undefined],
  );
});

test('the network of a namespace, from the dumps of ip', async () => {
  const { networks } = await systemOf(fixture('real/ns-veth'));
  const [network] = networks;
  assert.ok(network && networks.length === 1);
  assert.deepEqual(
    network.devices.map(({ name, kind, master, addresses }) => [name, kind, master, addresses[0]]),
    [
      ['lo', 'LOOPBACK', undefined, '127.0.0.1/8'],
      ['veth1', 'VETH', 'br0', 'fe80::ff:fe00:2/64'],
      ['veth0', 'VETH', undefined, '192.0.2.1/24'],
      ['br0', 'BRIDGE', undefined, 'fe80::d0f2:5aff:fe84:40c4/64'],
      ['mac0', 'MACVLAN', undefined, 'fe80::e4d5:4ff:fefd:b624/64'],
    ],
  );
  assert.deepEqual(network.routes[0], {
    family: 'IPv4',
    to: '192.0.2.0/24',
    kind: 'unicast',
    source: '192.0.2.1',
    table: 'main',
    hops: [{ device: 'veth0' }],
  });
  assert.deepEqual(
    network.rules.map(({ priority, action }) => [priority, action]),
    [
      [0, 'lookup local'],
      [32766, 'lookup main'],
      [32767, 'lookup default'],
    ],
  );
});

/** A message of netlink: its own header, and attributes. */
function message(type: number, header: readonly number[], attributes: readonly (readonly [number, Buffer])[]): Buffer {
  const body = Buffer.concat([Buffer.from(header), attributeBytes(attributes)]);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length, 0);
  head.writeUInt16LE(type, 4);
  return Buffer.concat([head, body]);
}

function attributeBytes(attributes: readonly (readonly [number, Buffer])[]): Buffer {
  return Buffer.concat(
    attributes.map(([type, value]) => {
      const bytes = Buffer.alloc(4 + ((value.length + 3) & ~3));
      bytes.writeUInt16LE(4 + value.length, 0);
      bytes.writeUInt16LE(type, 2);
      value.copy(bytes, 4);
      return bytes;
    }),
  );
}

function dump(...messages: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.alloc(4), ...messages]);
}

test('routes shared out, of another family, rejected; links between two; rules', () => {
  const hop = (index: number, gateway: number[]): Buffer => {
    const attributes = attributeBytes([[5, Buffer.from(gateway)]]);
    const head = Buffer.alloc(8);
    head.writeUInt16LE(8 + attributes.length, 0);
    head.writeInt32LE(index, 4);
    return Buffer.concat([head, attributes]);
  };
  const several = Buffer.concat([hop(2, [10, 0, 0, 1]), hop(3, [10, 0, 1, 1])]);
  const routes = dump(
    message(24, [2, 0, 0, 0, 254, 2, 0, 1, 0, 0, 0, 0], [[9, several]]),
    message(
      24,
      [2, 8, 0, 0, 0, 2, 0, 6, 0, 0, 0, 0],
      [
        [1, Buffer.from([10, 0, 0, 0])],
        [15, Buffer.from([232, 3, 0, 0])],
        [6, Buffer.from([50, 0, 0, 0])],
      ],
    ),
    message(
      24,
      [2, 24, 0, 0, 254, 2, 0, 1, 0, 0, 0, 0],
      [
        [1, Buffer.from([192, 0, 2, 0])],
        [18, Buffer.concat([Buffer.from([10, 0]), Buffer.from('fe800000000000000000000000000001', 'hex')])],
      ],
    ),
  );
  assert.deepEqual(
    [...routesIn(routes)],
    [
      {
        family: 'IPv4',
        to: 'default',
        kind: 'unicast',
        table: 'main',
        hops: [
          { via: '10.0.0.1', index: 2 },
          { via: '10.0.1.1', index: 3 },
        ],
      },
      { family: 'IPv4', to: '10.0.0.0/8', kind: 'blackhole', metric: 50, table: '1000', hops: [] },
      { family: 'IPv4', to: '192.0.2.0/24', kind: 'unicast', table: 'main', hops: [{ via: 'fe80::1' }] },
    ],
  );
  const link = message(
    20,
    [2, 32, 0, 0, 7, 0, 0, 0],
    [
      [1, Buffer.from([10, 0, 0, 2])],
      [2, Buffer.from([10, 0, 0, 1])],
    ],
  );
  assert.deepEqual([...addressesIn(dump(link))], [{ index: 7, address: '10.0.0.1', peer: '10.0.0.2/32' }]);
  const rule = message(
    32,
    [2, 0, 24, 0, 100, 0, 0, 1, 0, 0, 0, 0],
    [
      [2, Buffer.from([192, 0, 2, 0])],
      [6, Buffer.from([16, 0, 0, 0])],
      [10, Buffer.from([1, 0, 0, 0])],
      [3, Buffer.from('eth0\0')],
    ],
  );
  assert.deepEqual(
    [...rulesIn(dump(rule))],
    [
      {
        family: 'IPv4',
        priority: 16,
        from: '192.0.2.0/24',
        to: 'all',
        mark: '0x1',
        devices: ['eth0'],
        action: 'lookup 100',
      },
    ],
  );
});

test('a dump that is cut, or says wrong lengths, is read or refused: never more', () => {
  for (const [image, parse] of [
    ['ifaddr-10.img', addressesIn],
    ['route6-10.img', routesIn],
    ['rule-10.img', rulesIn],
  ] as const) {
    const bytes = readFileSync(fixture(`real/ns-veth/${image}`));
    let refused = 0;
    const look = (input: Buffer): void => {
      try {
        for (const _ of parse(input));
      } catch (error) {
        if (!(error instanceof CritError)) throw error;
        refused++;
      }
    };
    for (let length = 0; length < bytes.length; length++) look(bytes.subarray(0, length));
    assert.ok(refused > bytes.length / 2, image);
    for (let at = 4; at < bytes.length; at++) {
      for (const value of [0, 1, 3, 127, 255]) {
        const copy = Buffer.from(bytes);
        copy[at] = value;
        look(copy);
      }
    }
  }
});

test('a dump that is none is unusual, and the rest is told', async (t) => {
  const directory = join(temporary(t), 'x');
  cpSync(fixture('real/ns-veth'), directory, { recursive: true });
  writeFileSync(join(directory, 'route-10.img'), Buffer.alloc(30, 1));
  const { system, unusual }: Inspection = await inspect(directory, { system: true });
  assert.equal(system?.networks[0]?.devices.length, 5);
  assert.deepEqual(
    unusual.filter(({ kind }) => kind === 'damaged'),
    [{ kind: 'damaged', image: 'route-10.img', message: 'route-10.img: byte 4: not a dump of netlink messages' }],
  );
});

/** A checkpoint with lines changed by crit-map. */
async function changed(t: TestContext, name: string, code: string): Promise<string> {
  const directory = join(temporary(t), name);
  const { stderr, codes } = await shell('crit-cat "$1" | crit-map "$2" | crit-pack -C "$3"', [
    fixture(`real/${name}`),
    code,
    directory,
  ]);
  assert.deepEqual([stderr, codes], ['', [0, 0, 0]]);
  return directory;
}

test('what is outside: sockets whose other end is, and files that a plugin or the caller gives', async (t) => {
  const code =
    'if (magic === "FILES" && entry.id === 4) entry.usk.uflags = 8;' +
    'else if (magic === "FILES" && entry.id === 5) entry.usk.uflags = 1;' +
    'else if (magic === "FILES" && entry.type === "REG") {' +
    ' entry.type = "EXT"; entry.ext = { id: entry.id, fown: entry.reg.fown }; delete entry.reg; }';
  const { external } = await systemOf(await changed(t, 'unix', code));
  const kinds = (kind: string): (number | undefined)[] =>
    external.filter((each) => each.kind === kind).map(({ id }) => id);
  assert.deepEqual(new Set(kinds('unix socket')), new Set([4, 5]));
  assert.ok(kinds('file').length > 0);
  assert.equal(kinds('file').length + 2, external.length);
  assert.deepEqual((await systemOf(fixture('real/unix'))).external, []);
});

test('what is outside: mounts, devices and namespaces, by the names that a restore is given', async (t) => {
  const code =
    'if (magic === "MNTS" && entry.mnt_id === 89) { entry.ext_mount = true; entry.ext_key = "srv"; }' +
    'else if (magic === "MNTS" && entry.mnt_id === 90) entry.with_plugin = true;' +
    'else if (magic === "NETDEV" && entry.name === "mac0") entry.type = "EXTLINK";' +
    'else if (magic === "NETNS") entry.ext_key = "mine"';
  const directory = await changed(t, 'ns-veth', code);
  const { external, namespaces } = await systemOf(directory);
  assert.deepEqual(external, [
    { kind: 'mount', name: '/mnt/shared' },
    { kind: 'mount', name: '/mnt/bind', key: 'srv' },
    { kind: 'namespace', name: 'net 10', key: 'mine' },
    { kind: 'network device', name: 'mac0' },
  ]);
  assert.equal(namespaces.find(({ kind }) => kind === 'net')?.external, 'mine');
  const { stdout } = await shell('crit-inspect --external --namespaces "$1"', [directory]);
  assert.match(stdout.toString(), /^external +mount \/mnt\/bind {2}srv$/m);
  assert.match(stdout.toString(), /^namespace +net 10, external: mine {2}\(/m);
});

test('limits that are none are not told, of whatever version of cgroups', async (t) => {
  const code =
    'if (magic === "CGROUP") for (const { dirs = [] } of entry.controllers) for (const each of dirs) each.properties = [' +
    ' { name: "memory.max", value: "max\\n" }, { name: "memory.high", value: "4096\\n" }, { name: "cpu.weight", value: "" },' +
    ' { name: "other", value: "1" }].map((p) => ({ ...p, perms: { mode: 420, uid: 0, gid: 0 } }))';
  const { groups } = (await systemOf(await changed(t, 'cgroup', code))).cgroups;
  const limits = groups.flatMap((group) => Object.entries(group.limits));
  assert.ok(limits.length > 0);
  for (const limit of limits) assert.ok(limit.join(' ') === 'memory.high 4096', limit.join());
});

test('names of strangers are harmless on a terminal and in a page', async (t) => {
  const code =
    'if (magic === "NETDEV" && entry.name === "mac0") entry.name = "\\u001b[31m</script>";' +
    'else if (magic === "NETNS") entry.ext_key = "\\u202e<img>"';
  const directory = await changed(t, 'ns-veth', code);
  const text = String((await shell('crit-inspect --all "$1"', [directory])).stdout);
  assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
  assert.match(text, /^device +\\x1b\[31m/m);
  const page = String((await shell('crit-inspect --html - "$1"', [directory])).stdout);
  for (const bad of ['\u001b', '\u202e', '<img>', '31m</script>']) assert.ok(!page.includes(bad), JSON.stringify(bad));
  assert.match(page, /31m&lt;\/script&gt;/);
});

test('what is outside: the terminal of a shell', async () => {
  assert.deepEqual((await systemOf(fixture('real/shell-job'))).external, [{ kind: 'terminal', name: '/dev/pts/0' }]);
  assert.deepEqual((await systemOf(fixture('real/tty'))).external, []);
});

test('images of GPUs are told, and the plugin that wants them', async (t) => {
  const directory = join(temporary(t), 'x');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  writeFileSync(join(directory, 'amdgpu-kfd-5.img'), Buffer.alloc(12));
  writeFileSync(join(directory, 'amdgpu-pages-5-0a1b.img'), Buffer.alloc(4096));
  const { gpu } = await inspect(directory);
  assert.deepEqual(gpu, [
    { image: 'amdgpu-kfd-5.img', kind: 'description', size: 12 },
    { image: 'amdgpu-pages-5-0a1b.img', kind: 'memory', size: 4096 },
  ]);
  const { stdout } = await shell('crit-inspect "$1"', [directory]);
  assert.match(stdout.toString(), /^GPU image +amdgpu-pages-5-0a1b\.img {2}memory, 4 KiB$/m);
});

/** A message as the plugin writes it. */
function described(type: string, value: Record<string, unknown>): Buffer {
  const body = encodeWithOracle(type, value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(body.length));
  return Buffer.concat([length, body]);
}

/** A message with all of its numbers. */
function whole(type: string, value: Record<string, unknown>): Record<string, unknown> {
  const numbers = messageType(type).fieldsArray.filter(({ required }) => required);
  return { ...Object.fromEntries(numbers.map(({ name }) => [name, 1])), ...value };
}

test('descriptions of GPUs are read: which GPUs, and how many buffers', async (t) => {
  const directory = join(temporary(t), 'x');
  cpSync(fixture('real/simple'), directory, { recursive: true });
  const write = (name: string, bytes: Buffer): void => writeFileSync(join(directory, name), bytes);
  const kfd = whole('criu_kfd', {
    pid: 2512,
    device_entries: [
      whole('kfd_device_entry', { gpu_id: 0 }),
      whole('kfd_device_entry', { gpu_id: 0x2a1b, vram_size: String(16n << 30n) }),
    ],
    bo_entries: [4096, String((1n << 60n) + 1n)].map((size) => whole('kfd_bo_entry', { size, gpu_id: 0x2a1b })),
    priv_data: 'AAEC',
  });
  write('amdgpu-kfd-5.img', described('criu_kfd', kfd));
  const node = { gpu_id: 0x2a1b, bo_entries: [whole('drm_bo_entry', { size: 8192, vm_entries: [] })] };
  write('amdgpu-renderD-6.img', described('criu_render_node', whole('criu_render_node', node)));
  // Memory that begins as an image does is memory all the same.
  write('amdgpu-pages-5-2a1b.img', readFileSync(join(directory, 'pstree.img')));
  write('amdgpu-drm-pages-6-80-0001.img', readFileSync(join(directory, 'inventory.img')));
  write(
    'amdgpu-renderD-7.img',
    Buffer.concat([described('criu_render_node', whole('criu_render_node', node)), Buffer.of(0)]),
  );
  const { gpu, unusual } = await inspect(directory);
  assert.deepEqual(
    gpu.flatMap(({ image, description }) => (description ? [[image, description]] : [])),
    [
      [
        'amdgpu-kfd-5.img',
        { pid: 2512, gpus: [{ id: 0x2a1b, memory: 16n << 30n }], buffers: 2, bufferBytes: (1n << 60n) + 4097n },
      ],
      ['amdgpu-renderD-6.img', { gpus: [{ id: 0x2a1b }], buffers: 1, bufferBytes: 8192n }],
    ],
  );
  assert.deepEqual(
    unusual.filter(({ kind }) => kind === 'damaged' || kind === 'plugin').map(({ kind, image }) => [kind, image]),
    [
      ['plugin', 'amdgpu-drm-pages-6-80-0001.img'],
      ['damaged', 'amdgpu-renderD-7.img'],
    ],
  );
  const { stdout } = await shell(
    'crit-inspect "$1"; crit-cat -i "amdgpu-*" "$1" | jq -r "select(.begin) | .magic" | sort -u; crit-cat "$1" | crit-pack -C "$1-back"; diff -r "$1" "$1-back" && echo same',
    [directory],
  );
  assert.match(stdout.toString(), /^ +process 2512, GPU 2a1b \(16 GiB\), 2 buffers of /m);
  assert.match(stdout.toString(), /^RAW\nsame\n$/m);
});

test('every checkpoint tells its system, in text too', async () => {
  for (const name of CHECKPOINTS.filter((each) => !['incremental', 'cpuinfo'].includes(each))) {
    const { credentials, namespaces } = await systemOf(fixture(`real/${name}`));
    assert.ok(credentials.length > 0 && namespaces.length >= 7, name);
  }
  const { stdout, stderr, codes } = await shell('crit-inspect --network --credentials --memory "$1"', [
    fixture('real/ns-veth'),
  ]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.match(stdout.toString(), /^capabilities +all but CAP_SYS_RESOURCE$/m);
  assert.match(stdout.toString(), /^route +192\.0\.2\.0\/24 {2}veth0, from 192\.0\.2\.1$/m);
  assert.match(stdout.toString(), /^ +memory 60 KiB saved$/m);
  assert.doesNotMatch(stdout.toString(), /^namespace/m);
});

test('shared memory counts with each process that maps it', async () => {
  const { processes } = await inspect(fixture('real/mem'));
  // One page of a memfd, and three of an area that was made shared.
  assert.deepEqual(
    processes.map(({ sharedPages }) => sharedPages),
    [4, 4],
  );
});
