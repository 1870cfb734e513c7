/** Addresses, connections, terminals and keys. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Buffer } from 'node:buffer';
import { at, edited, entries, entriesOf, regular, socket } from './edited.ts';
import { imageLines } from '../lines.ts';

const words = (address: string): number[] => [Buffer.from(address.split('.').map(Number)).readUInt32LE()];

function message(type: number, header: Buffer, ...attributes: Buffer[]): Buffer {
  const body = Buffer.concat([
    header,
    ...attributes.map((each) => Buffer.concat([each, Buffer.alloc(-each.length & 3)])),
  ]);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(16 + body.length);
  head.writeUInt16LE(type, 4);
  return Buffer.concat([head, body]);
}

function attribute(type: number, value: Buffer | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value.split('.').map(Number)) : value;
  const head = Buffer.alloc(4);
  head.writeUInt16LE(4 + bytes.length);
  head.writeUInt16LE(type, 2);
  return Buffer.concat([head, bytes]);
}

function raw(image: string, bytes: Buffer): object[] {
  const half = bytes.length >> 1;
  const piece = (offset: number, part: Buffer): object => ({
    piece: { offset, length: part.length, data: part.toString('base64') },
  });
  return imageLines(image, 'RAW', piece(0, bytes.subarray(0, half)), piece(half, bytes.subarray(half)));
}

function bytesIn(lines: ReturnType<typeof edited>['lines']): Buffer {
  return Buffer.concat(lines.map(({ piece }) => Buffer.from(piece?.data ?? '', 'base64')));
}

test('--address changes sockets at both ends, by address and by network', () => {
  const lines = entriesOf(
    'files.img',
    'FILES',
    socket(1, { state: 1, src_port: 1, dst_port: 2, src_addr: words('10.0.0.5'), dst_addr: words('10.0.0.9') }),
    socket(2, {
      family: 10,
      state: 1,
      src_port: 1,
      dst_port: 2,
      src_addr: [0, 0, 0xffff0000, ...words('10.0.0.9')],
      dst_addr: [0, 0, 0, 0x01000000],
    }),
  );
  const [first, second] = entries(
    edited(lines, { address: ['10.0.0.5=1.2.3.4', '10.0.0.0/24=10.9.8.0/24', '::1=fd00::2'] }).lines,
  );
  assert.deepEqual([at(first, 'isk', 'src_addr'), at(first, 'isk', 'dst_addr')], [words('1.2.3.4'), words('10.9.8.9')]);
  assert.deepEqual(
    [at(second, 'isk', 'src_addr'), at(second, 'isk', 'dst_addr')],
    [
      [0, 0, 0xffff0000, ...words('10.9.8.9')],
      [0xfd, 0, 0, 0x02000000],
    ],
  );
  assert.throws(
    () => edited(lines, { address: ['10.1.1.1=10.1.1.2'] }),
    /no such address; there is 10.0.0.5, 10.0.0.9, ::1/,
  );
  for (const address of [
    '10.0.0.1',
    '10.0.0.1=::1',
    '10.0.0.0/24=10.0.1.0/16',
    '10.0.0.1/24=10.0.1.0/24',
    '10.0.0.256=1.1.1.1',
    '10.0.0.0/0=1.0.0.0/0',
  ])
    assert.throws(() => edited(lines, { address }), /--address/, address);
});

test('--address changes netlink dumps in their places, and no bytes beside them', () => {
  const hop = Buffer.concat([Buffer.from([16, 0, 0, 0, 1, 0, 0, 0]), attribute(5, '10.0.0.1')]);
  const dump = (address: string): Buffer =>
    Buffer.concat([
      Buffer.from('24123145', 'hex'),
      message(
        24,
        Buffer.alloc(12),
        attribute(1, address),
        attribute(3, '10.0.0.1'),
        attribute(5 | 0x8000, address),
        attribute(7, '10.0.0.2'),
      ),
      message(99, Buffer.alloc(4), attribute(1, '10.0.0.1')),
      message(
        24,
        Buffer.alloc(12),
        attribute(
          9,
          Buffer.concat([hop, hop]).fill(
            Buffer.concat([Buffer.from([16, 0, 0, 0, 1, 0, 0, 0]), attribute(5, address)]),
          ),
        ),
      ),
    ]);
  const { lines, changes } = edited(raw('route-9.img', dump('10.0.0.1')), { address: ['10.0.0.1=10.0.7.7'] });
  assert.ok(bytesIn(lines).equals(dump('10.0.7.7')));
  assert.deepEqual(
    changes.map(({ image, field, old, new: now }) => [image, field, old, now]),
    ['RTA_DST', 'RTA_GATEWAY', 'RTA_GATEWAY', 'RTA_GATEWAY'].map((name) => [
      'route-9.img',
      `RTM_NEWROUTE ${name}`,
      '10.0.0.1',
      '10.0.7.7',
    ]),
  );
});

test('a netlink dump that is broken is an error', () => {
  const dump = Buffer.concat([Buffer.from('24123145', 'hex'), message(24, Buffer.alloc(12), attribute(1, '10.0.0.1'))]);
  for (let length = 5; length < dump.length; length++)
    assert.throws(
      () => edited(raw('route-9.img', dump.subarray(0, length)), { address: ['1.1.1.1=2.2.2.2'] }),
      /route-9.img: line 4: byte \d+: not a dump of netlink/,
    );
  const wild = Buffer.from(dump);
  wild.writeUInt16LE(200, 32);
  assert.throws(() => edited(raw('route-9.img', wild), { address: ['1.1.1.1=2.2.2.2'] }), /byte 32: not a dump/);
});

test('--close-tcp and --listen-only leave what listens', () => {
  const end = { state: 1, src_port: 1, dst_port: 2, src_addr: words('10.0.0.5'), dst_addr: words('10.0.0.9') };
  const lines = [
    ...entriesOf(
      'files.img',
      'FILES',
      socket(1, { ...end, state: 10, dst_port: 0 }),
      socket(2, end),
      socket(3, { ...end, proto: 17 }),
    ),
    ...entriesOf('tcp-stream-2.img', 'TCP_STREAM', {}),
  ];
  const closed = { state: 7, src_port: 0, dst_port: 0, src_addr: [0], dst_addr: [0] };
  const states = (edit: object): unknown[] =>
    entries(edited(lines, edit).lines).map((entry) =>
      Object.fromEntries(Object.keys(closed).map((key) => [key, at(entry, 'isk', key)])),
    );
  assert.deepEqual(states({ 'close-tcp': true }), [{ ...end, state: 10, dst_port: 0 }, closed, end]);
  assert.deepEqual(states({ 'listen-only': true }), [{ ...end, state: 10, dst_port: 0 }, closed, closed]);
  // What is closed has no port that would have to change.
  assert.equal(
    edited(lines, { 'close-tcp': true, port: ['1:5'] }).changes.filter(({ option }) => option === 'port').length,
    2,
  );
});

test('--tty renumbers a terminal, its device and its name', () => {
  const info = {
    id: 1,
    type: 'PTY',
    locked: false,
    exclusive: false,
    packet_mode: false,
    sid: 1,
    pgrp: 1,
    rdev: (136 << 8) | 3,
    pty: { index: 3 },
  };
  const lines = [
    ...entriesOf('tty-info.img', 'TTY_INFO', info, { ...info, rdev: 1282 }),
    ...entriesOf('files.img', 'FILES', regular(1, '/dev/pts/3'), regular(2, '/dev/pts/33')),
  ];
  const after = entries(edited(lines, { tty: ['3=300'] }).lines);
  assert.deepEqual(
    after.slice(0, 2).map((entry) => [at(entry, 'pty', 'index'), at(entry, 'rdev')]),
    [
      [300, (136 << 8) | 44 | (1 << 20)],
      [300, 1282],
    ],
  );
  assert.deepEqual(
    after.slice(2).map((entry) => at(entry, 'reg', 'name')),
    ['/dev/pts/300', '/dev/pts/33'],
  );
});

test('--external renames keys, and not files of such a name', () => {
  const lines = entriesOf('files.img', 'FILES', regular(1, 'pipe:[5]', { ext: true }), regular(2, 'pipe:[5]'));
  assert.deepEqual(
    entries(edited(lines, { external: ['pipe:[5]=pipe:[6]'] }).lines).map((entry) => at(entry, 'reg', 'name')),
    ['pipe:[6]', 'pipe:[5]'],
  );
  assert.throws(() => edited(lines, { external: ['a=b'] }), /no such key; there is pipe:\[5\]/);
});

test('--set is code, and what it makes must fit its message', () => {
  const lines = entriesOf('files.img', 'FILES', regular(1, '/a'), regular(2, '/b'));
  const { changes } = edited(lines, { set: ['FILES if (entry.id === 2) entry.reg.flags |= 1024'] });
  assert.deepEqual(changes, [
    { option: 'set', image: 'files.img', magic: 'FILES', entry: 2, field: 'reg.flags', old: 0, new: 1024 },
  ]);
  assert.throws(() => edited(lines, { set: ['FILES entry.reg.flag = 1'] }), /has no field "flag"/);
  assert.throws(() => edited(lines, { set: ['FILES delete entry.id'] }), /id/);
  assert.throws(() => edited(lines, { set: ['FILES drop()'] }), /use crit-map/);
  assert.throws(() => edited(lines, { set: ['FILES x.y'] }), /x is not defined/);
  assert.throws(() => edited(lines, { set: ['FILE x'] }), /did you mean FILES/);
  assert.throws(() => edited(lines, { set: ['FILES 1'] }), /it changes nothing/);
});

test('--address changes the rules of firewalls, where an address stands by itself', () => {
  const rules = (lines: readonly string[]): Buffer => Buffer.from(lines.join('\n'), 'latin1');
  const before = [
    '-A INPUT -s 10.0.0.5/32 -d 10.0.0.0/24 -m comment --comment "x10.0.0.5 10.0.0.50\xe9" -j ACCEPT',
    '-A PREROUTING -p tcp -j DNAT --to-destination 10.0.0.5:8080',
    '-A INPUT -m iprange --src-range 10.0.0.1-10.0.0.9 -j DROP',
    ':INPUT ACCEPT [12:345]',
    'ip6 saddr { fd00::5, fd00::6 } tcp dport 80 add @a { ::1 }',
  ];
  const after = [
    '-A INPUT -s 10.9.9.5/32 -d 10.9.9.0/24 -m comment --comment "x10.0.0.5 10.9.9.50\xe9" -j ACCEPT',
    '-A PREROUTING -p tcp -j DNAT --to-destination 10.9.9.5:8080',
    '-A INPUT -m iprange --src-range 10.9.9.1-10.9.9.9 -j DROP',
    ':INPUT ACCEPT [12:345]',
    'ip6 saddr { fd00::1:5, fd00::6 } tcp dport 80 add @a { ::1 }',
  ];
  const address = ['10.0.0.0/24=10.9.9.0/24', 'fd00::5=fd00::1:5'];
  for (const image of ['iptables-9.img', 'dump/nftables-9.img']) {
    const { lines, changes } = edited(raw(image, rules(before)), { address });
    assert.deepEqual(bytesIn(lines), rules(after));
    assert.equal(changes.length, 6);
  }
  assert.throws(
    () => edited(raw('iptables-9.img', rules(before)), { address: ['10.0.0.1=10.0.0.2'] }),
    /iptables-9\.img: line 4: a rule has the range 10\.0\.0\.1-10\.0\.0\.9, of which only one end is given another address/,
  );
});

test('--address changes tracked connections: both directions, translations, what is expected, but no masks', () => {
  const tuple = (type: number, from: string, to: string): Buffer =>
    attribute(type | 0x8000, attribute(1 | 0x8000, Buffer.concat([attribute(1, from), attribute(2, to)])));
  const ipv6 = (last: number): Buffer => Buffer.from([0xfd, ...Array.from({ length: 14 }, () => 0), last]);
  const family = Buffer.from([2, 0, 0, 0]);
  const connections = (one: string, v6: number): Buffer =>
    Buffer.concat([
      message(0x100, family, tuple(1, one, '10.0.0.9'), tuple(2, '10.0.0.9', one), attribute(7, '10.0.0.5')),
      message(0x100, family, attribute(6 | 0x8000, Buffer.concat([attribute(1, one), attribute(5, ipv6(v6))]))),
    ]);
  const address = ['10.0.0.5=1.2.3.4', 'fd00::5=fd00::7'];
  const tracked = edited(raw('netns-ct-9.img', connections('10.0.0.5', 5)), { address });
  assert.deepEqual(bytesIn(tracked.lines), connections('1.2.3.4', 7));
  assert.deepEqual(
    tracked.changes.map(({ field }) => field),
    ['CTA_IP_V4_SRC', 'CTA_IP_V4_DST', 'CTA_NAT_V4_MINIP', 'CTA_NAT_V6_MAXIP'],
  );
  const expected = (one: string): Buffer =>
    message(0x200, family, tuple(1, one, '10.0.0.9'), tuple(2, one, one), tuple(3, '10.0.0.5', '10.0.0.5'));
  const { lines } = edited(raw('netns-exp-9.img', expected('10.0.0.5')), { address: [address[0] ?? ''] });
  assert.deepEqual(bytesIn(lines), expected('1.2.3.4'));
  assert.throws(
    () => edited(raw('netns-ct-9.img', Buffer.from('no such messages at all')), { address }),
    /netns-ct-9\.img: line 4: byte 0: not a dump of tracked connections/,
  );
});
