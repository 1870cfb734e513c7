/** Fields as people read them, by their display options, and all the ways in which they are read back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageDecoder } from '../../src/codec/message-decoder.ts';
import { MessageEncoder } from '../../src/codec/message-encoder.ts';
import { Output } from '../../src/codec/output.ts';
import { HUMAN, PLAIN, type Style } from '../../src/codec/style.ts';
import { Schema } from '../../src/schema/schema.ts';

const schema = new Schema({
  messages: {
    wide: 'optional uint64 x 1 hex=true',
    narrow: 'optional uint32 x 1 hex=true',
    signed: 'optional int32 x 1 hex=true',
    list: 'repeated uint64 x 1 hex=true',
    inner: 'optional uint64 a 1;optional int32 b 2;optional string c 3;optional bool d 4',
    outer: 'optional inner x 1 hex=true',
    prot: 'optional uint32 x 1 flags=mmap.prot',
    status: 'optional uint32 x 1 flags=mmap.status',
    device: 'optional uint32 x 1 dev=true',
    old: 'optional uint32 x 1 dev=true odev=true',
    address: 'repeated uint32 x 1 ipadd=true',
    socket: 'optional uint32 family 1 dict=sk',
    task: 'optional uint32 task_state 1 dict=gen',
    name: 'optional bytes x 1 conv=unix_name',
  },
  enums: {},
});

/** A plain value of a message, what people see, and what else means the same. */
const SHOWN: [type: string, plain: object, human: object, ...others: object[]][] = [
  ['wide', { x: 0 }, { x: '0x0' }, { x: '0' }, { x: '0X00' }],
  ['wide', { x: '18446744073709551615' }, { x: '0xffffffffffffffff' }, { x: '0xFFFFFFFFFFFFFFFF' }],
  ['wide', { x: 4294967296 }, { x: '0x100000000' }, { x: '4294967296' }],
  ['narrow', { x: 4294967295 }, { x: '0xffffffff' }, { x: '4294967295' }],
  ['signed', { x: -1 }, { x: '-0x1' }, { x: '-1' }],
  ['signed', { x: -2147483648 }, { x: '-0x80000000' }],
  ['list', { x: [1, '9007199254740992'] }, { x: ['0x1', '0x20000000000000'] }],
  ['outer', { x: { a: 10, b: -16, c: '10', d: true } }, { x: { a: '0xa', b: '-0x10', c: '10', d: true } }],
  ['prot', { x: 0 }, { x: '' }, { x: '0x0' }],
  [
    'prot',
    { x: 7 },
    { x: 'PROT_READ | PROT_WRITE | PROT_EXEC' },
    { x: 'PROT_EXEC|PROT_READ | PROT_WRITE' },
    { x: '0x7' },
    { x: '7' },
  ],
  ['prot', { x: 0x18 }, { x: '0x18' }],
  ['prot', { x: 0x80000009 }, { x: 'PROT_READ | 0x80000008' }, { x: '0x80000000 | PROT_READ | 8' }],
  ['status', { x: 0x80000000 }, { x: 'VMA_UNSUPP' }],
  ['device', { x: 0x800001 }, { x: '8:1' }, { x: '0x800001' }],
  ['old', { x: 0x801 }, { x: '8:1' }, { x: 2049 }],
  ['address', { x: [16777343] }, { x: ['127.0.0.1'] }],
  ['address', { x: [0, 0, 0, 16777216] }, { x: ['::1'] }, { x: ['0:0::1'] }, { x: ['0x0', '0x0', 0, '16777216'] }],
  ['address', { x: [1, 2] }, { x: [1, 2] }],
  ['address', { x: [1, 2, 3] }, { x: [1, 2, 3] }],
  ['socket', { family: 2 }, { family: 'INET' }, { family: '2' }, { family: '0x2' }],
  ['socket', { family: 77 }, { family: 77 }],
  ['task', { task_state: 6 }, { task_state: 'Zombie' }],
  ['name', { x: 'L3RtcC9zb2Nr' }, { x: '=2Ftmp/sock' }],
  ['name', { x: 'AGFic3RyYWN0' }, { x: '=00abstract' }],
  ['name', { x: '' }, { x: '' }],
];

for (const [type, plain, human, ...others] of SHOWN) {
  test(`${type}: ${JSON.stringify(plain)}`, () => {
    const bytes = encode(type, plain);
    assert.deepEqual(decode(type, bytes, PLAIN), plain);
    const shown = decode(type, bytes, HUMAN);
    if (type !== 'name') assert.deepEqual(shown, human);
    for (const each of [human, shown, ...others]) assert.deepEqual(encode(type, each), bytes, JSON.stringify(each));
  });
}

const REFUSED: [type: string, value: object, message: RegExp][] = [
  ['wide', { x: '0x' }, /"0x" is not an integer/],
  ['wide', { x: '0x10000000000000000' }, /out of the range/],
  ['wide', { x: '1e3' }, /"1e3" is not an integer/],
  ['wide', { x: 1e20 }, /2\^53/],
  ['prot', { x: 'PROT_READ | PROT_WRIT' }, /did you mean PROT_WRITE\?/],
  ['prot', { x: 'PROT_READ || PROT_WRITE' }, /not an integer/],
  ['prot', { x: '0x1ffffffff' }, /out of the range/],
  ['device', { x: '8:1:2' }, /not an integer/],
  ['address', { x: ['1.2.3'] }, /"1\.2\.3" is not an IP address/],
  ['address', { x: ['::1', 5] }, /"::1" is not an integer/],
  ['socket', { family: 'NOTHING' }, /"NOTHING" is not an integer/],
  ['name', { x: '=zz' }, /neither base64 nor quoted-printable/],
];

for (const [type, value, message] of REFUSED) {
  test(`${type}: refused ${JSON.stringify(value)}`, () => {
    assert.throws(() => encode(type, value), { message });
  });
}

function encode(type: string, value: unknown): Buffer {
  const output = new Output(64);
  new MessageEncoder(schema.message(type)).encode(value, output);
  return Buffer.from(output.view());
}

function decode(type: string, bytes: Buffer, style: Style): unknown {
  const output = new Output(64);
  assert.equal(new MessageDecoder(schema.message(type), style).decode(bytes, 0, bytes.length, output, 0), true);
  return JSON.parse(output.view().toString());
}
