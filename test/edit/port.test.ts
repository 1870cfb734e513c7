import assert from 'node:assert/strict';
import test from 'node:test';
import * as fc from 'fast-check';
import { edited, entries, entriesOf, packed, socket, type Edited } from './edited.ts';

const LOCAL = [16777343];
const REMOTE = [0x0100000a];
const listener = (id: number, port: number, more: object = {}): object =>
  socket(id, { state: 10, src_port: port, dst_port: 0, src_addr: LOCAL, dst_addr: [0], ...more });
const connected = (id: number, from: number, to: number, target = LOCAL, more: object = {}): object =>
  socket(id, { state: 1, src_port: from, dst_port: to, src_addr: LOCAL, dst_addr: target, ...more });
const sockets = (...all: object[]): object[] => entriesOf('files.img', 'FILES', ...all);

function portsOf({ lines }: Edited): unknown[] {
  return entries(lines).map(({ isk }) =>
    typeof isk === 'object' && isk !== null ? [Reflect.get(isk, 'src_port'), Reflect.get(isk, 'dst_port')] : [],
  );
}

test('a port changes at both ends of its connections, in any order', () => {
  const all = [connected(3, 5000, 80), listener(1, 80), connected(2, 80, 5000), connected(4, 6000, 443, REMOTE)];
  const after = [
    [5000, 8080],
    [8080, 0],
    [8080, 5000],
    [6000, 443],
  ];
  assert.deepEqual(portsOf(edited(sockets(...all), { port: ['80:8080'] })), after);
  assert.deepEqual(portsOf(edited(sockets(...all), { port: ['80:8080'] }, { twice: true })), after);
  assert.deepEqual(portsOf(edited(sockets(...all.reverse()), { port: ['80:8080'] })), after.reverse());
});

test('a port of a host outside stays', () => {
  const all = sockets(listener(1, 443), connected(2, 6000, 443, REMOTE));
  assert.deepEqual(portsOf(edited(all, { port: ['443:444'] })), [
    [444, 0],
    [6000, 443],
  ]);
});

test('a connection whose other end is outside is refused', () => {
  const all = sockets(listener(1, 80), connected(2, 80, 5000, REMOTE));
  assert.throws(
    () => edited(all, { port: ['80:81'] }),
    /127\.0\.0\.1:80 to 10\.0\.0\.1:5000 has its other end outside.*--close-tcp/,
  );
});

test('addresses of IPv4 in IPv6 are the same addresses', () => {
  const mapped = { family: 10, src_addr: [0, 0, 0xffff0000, 16777343], dst_addr: [0, 0, 0xffff0000, 16777343] };
  const all = sockets(
    listener(1, 80, { family: 10, src_addr: [0, 0, 0, 0], dst_addr: [0, 0, 0, 0] }),
    connected(2, 80, 5000, LOCAL, mapped),
    connected(3, 5000, 80),
  );
  assert.deepEqual(portsOf(edited(all, { port: ['tcp:80:81'] })), [
    [81, 0],
    [81, 5000],
    [5000, 81],
  ]);
});

test('a protocol is told apart', () => {
  const all = sockets(listener(1, 53), listener(2, 53, { proto: 17, type: 2, state: 7 }));
  assert.deepEqual(portsOf(edited(all, { port: ['udp:53:54'] })), [
    [53, 0],
    [54, 0],
  ]);
});

test('a UDP client of a server in the checkpoint follows it', () => {
  const udp = { proto: 17, type: 2, state: 7 };
  const server = listener(1, 53, { ...udp, src_addr: [0] });
  const client = connected(2, 4000, 53, LOCAL, udp);
  const foreign = connected(3, 4001, 53, REMOTE, udp);
  assert.deepEqual(portsOf(edited(sockets(client, server, foreign), { port: ['53:54'] })), [
    [4000, 54],
    [54, 0],
    [4001, 53],
  ]);
});

test('ports can change places; one that is taken is refused', () => {
  const all = sockets(listener(1, 80), listener(2, 81));
  assert.deepEqual(portsOf(edited(all, { port: ['80:81', '81:80'] })), [
    [81, 0],
    [80, 0],
  ]);
  assert.throws(() => edited(all, { port: ['80:81'] }), /a socket has tcp port 81 already/);
});

test('what is not there, or no port', () => {
  const all = sockets(listener(1, 80), listener(2, 443));
  assert.throws(
    () => edited(all, { port: ['tcp:8080:1'] }),
    /no socket is bound to tcp port 8080; these are: 80, 443$/,
  );
  for (const port of ['80', '80:0', '80:65536', 'sctp:1:2', '80:x'])
    assert.throws(() => edited(all, { port: [port] }), /--port/);
});

test('lines of --human are read', () => {
  const human = sockets(
    listener(1, 80, { state: 'LISTEN', proto: 'TCP', family: 'INET', src_addr: ['127.0.0.1'], dst_addr: ['0.0.0.0'] }),
  );
  assert.deepEqual(portsOf(edited(human, { port: ['80:81'] })), [[81, 0]]);
});

test('an edit and its inverse give the same bytes', () => {
  const port = fc.integer({ min: 1, max: 6 });
  const pair = fc.tuple(port, fc.integer({ min: 50_000, max: 50_003 }));
  fc.assert(
    fc.property(
      fc.uniqueArray(port, { maxLength: 4 }),
      fc.array(pair, { maxLength: 5 }),
      port,
      (bound, pairs, from) => {
        const all = [
          ...bound.map((each, i) => listener(i, each)),
          ...pairs.flatMap(([one, other], i) => [connected(100 + i, one, other), connected(200 + i, other, one)]),
        ];
        const before = edited(sockets(...all), { port: ['9:10'] }, { ifPresent: true });
        const there = edited(before.text, { port: [`${from}:1000`] }, { ifPresent: true });
        const back = edited(there.text, { port: [`1000:${from}`] }, { ifPresent: true });
        assert.deepEqual(packed(back), packed(before));
        assert.ok(!portsOf(there).flat().includes(from));
      },
    ),
  );
});
