/** Input made to do harm ends in a clear error, soon and in little memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildImage, delimited, numeric, uint32, varint } from '../build-image.ts';
import type { Magic } from '../../src/schema/images.ts';
import { encodeWithOracle } from '../oracle.ts';
import { shell, type Outcome } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** MiB that a process may take. */
const MOST = 120;
const PSTREE = encodeWithOracle('pstree_entry', { pid: 1, ppid: 0, pgid: 1, sid: 1 });
const HEADER = buildImage('PSTREE', []);

function nested(levels: number, field: number, name: Uint8Array): Uint8Array {
  let bytes: Uint8Array = name;
  for (let level = 0; level < levels; level++) bytes = Buffer.concat([name, delimited(field, bytes)]);
  return bytes;
}
const directory = delimited(1, Buffer.from('x'));
const cgroup = (levels: number): Uint8Array =>
  delimited(2, Buffer.concat([delimited(2, nested(levels, 2, directory))]));
const image = (magic: Magic, ...payloads: Uint8Array[]): Buffer => buildImage(magic, payloads);

const IMAGES: Record<string, [bytes: Uint8Array, message: RegExp]> = {
  'an entry of 4 GiB': [Buffer.concat([HEADER, uint32(0xffffffff), PSTREE]), /^entry 1 at byte 8: .*4294967295/],
  'an entry of 2 GiB': [Buffer.concat([HEADER, uint32(0x80000000)]), /^entry 1 at byte 8: .*2147483648/],
  'an entry above the limit': [
    Buffer.concat([HEADER, uint32(64 * 1024 * 1024 + 1), Buffer.alloc(9_000_000)]),
    /^entry 1 at byte 8: .*67108865 bytes.*64 MiB/,
  ],
  'an entry of zeros at the limit': [
    Buffer.concat([HEADER, uint32(8 * 1024 * 1024), Buffer.alloc(8 * 1024 * 1024)]),
    /^entry 1 at byte \d+: /,
  ],
  'a length beyond the message': [
    image('UTSNS', Buffer.from([0x0a, 0x7f, 0x61])),
    /^entry 1 at byte 12: .*127 bytes expected, 1 left/,
  ],
  'a length of 4 GiB': [
    image('UTSNS', Buffer.concat([Buffer.from([0x0a]), varint(0xffffffff)])),
    /^entry 1 at byte 12: .*4294967295 bytes expected, 0 left/,
  ],
  'a length of 2^64 - 1': [
    image('UTSNS', Buffer.concat([Buffer.from([0x0a]), varint(2n ** 64n - 1n)])),
    /^entry 1 at byte 12: .*18446744073709551615 bytes expected/,
  ],
  'a varint of 11 bytes': [
    image('PSTREE', Buffer.concat([Buffer.from([8, ...Array.from({ length: 10 }, () => 0x80), 0]), PSTREE])),
    /^entry 1 at byte 13: .*varint of 11 bytes/,
  ],
  'a tag of 11 bytes': [
    image('PSTREE', Buffer.from([...Array.from({ length: 10 }, () => 0x88), 0, 1])),
    /^entry 1 at byte 12: .*varint of 11 bytes/,
  ],
  'a varint that is cut off': [image('PSTREE', Buffer.from([8, 0xff])), /^entry 1 at byte 13: .*cut off/],
  'a group': [image('PSTREE', Buffer.concat([PSTREE, Buffer.from([0x33, 0x34])])), /^entry 1 at byte 20: .*group/],
  'the end of a group': [image('PSTREE', Buffer.concat([PSTREE, Buffer.from([0x34])])), /^entry 1 at byte 20: .*group/],
  'a wire type that does not exist': [
    image('PSTREE', Buffer.concat([PSTREE, Buffer.from([0x37])])),
    /^entry 1 at byte 20: .*wire type 7/,
  ],
  'field number 0': [
    image('PSTREE', Buffer.concat([PSTREE, Buffer.from([0, 0])])),
    /^entry 1 at byte 20: .*field number/,
  ],
  'a field number above the greatest': [
    image('PSTREE', Buffer.concat([PSTREE, varint(2n ** 32n), Buffer.from([1])])),
    /^entry 1 at byte 20: .*field number/,
  ],
  'messages nested 10,000 levels deep': [
    image('CGROUP', cgroup(10_000)),
    /^entry 1 at byte \d+: .*nested deeper than 100 levels/,
  ],
  'messages nested 100,000 levels deep': [image('CGROUP', cgroup(100_000)), /^entry 1 at byte \d+: /],
  'an extra of 2^64 - 1 bytes': [
    buildImage('IPCNS_SHM', [
      Buffer.concat([
        delimited(1, Buffer.concat([1, 2, 3, 4, 5, 6, 7].map((field) => numeric(field, 0)))),
        numeric(2, 2n ** 64n - 1n),
      ]),
    ]),
    /^entry 1 at byte 8: an extra of more than 2\^53 bytes/,
  ],
  '4 billion semaphores': [
    buildImage('IPCNS_SEM', [
      Buffer.concat([
        delimited(1, Buffer.concat([1, 2, 3, 4, 5, 6, 7].map((field) => numeric(field, 0)))),
        numeric(2, 0xffffffff),
      ]),
    ]),
    /^entry 1 at byte \d+: truncated: /,
  ],
  '4 billion messages': [
    buildImage('IPCNS_MSG', [
      Buffer.concat([
        delimited(1, Buffer.concat([1, 2, 3, 4, 5, 6, 7].map((field) => numeric(field, 0)))),
        numeric(2, 0),
        numeric(3, 0xffffffff),
      ]),
    ]),
    /^entry 1 at byte \d+: truncated: /,
  ],
};

for (const [name, [bytes, message]] of Object.entries(IMAGES)) {
  test(`crit-cat: ${name}`, async () => {
    const { stderr, codes, peak } = await shell('crit-cat', [], { input: bytes, measure: true, timeout: 10_000 });
    assert.deepEqual(codes, [2]);
    assert.match(stderr, /^crit-cat: -: [^\n]*\n$/);
    assert.match(stderr.slice('crit-cat: -: '.length), message);
    assert.ok(peak < MOST, `${peak} MiB`);
  });
}

test('messages nested to the limit come back whole', async () => {
  const bytes = image('CGROUP', cgroup(90));
  const { stdout, stderr } = await shell('crit-cat | crit-pack', [], { input: bytes });
  assert.deepEqual([stderr, stdout], ['', bytes]);
});

const PREFIX = '{"image":"x","magic":"CGROUP",';
const deep = (levels: number): string => `${'{"dir_name":"x","children":['.repeat(levels)}${']}'.repeat(levels)}`;

const LINES: Record<string, [input: string, message: RegExp]> = {
  'messages nested 10,000 levels deep': [
    `${PREFIX}"entry":{"controllers":[{"dirs":[${deep(10_000)}]}]}}\n`,
    /nested deeper than 100 levels/,
  ],
  'lists nested 1,000,000 levels deep': [
    `${PREFIX}"entry":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}\n`,
    /line 1: /,
  ],
  'a list of 1,000,000 levels for a number': [
    `{"image":"x","magic":"PSTREE","entry":{"pid":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}}\n`,
    /line 1: /,
  ],
  'unknown keys nested 1,000,000 levels deep': [
    `{"image":"x","magic":"PSTREE","extra":${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}}\n`,
    /line 1: /,
  ],
  'a million unknown fields': [
    `${PREFIX}"entry":{${Array.from({ length: 1_000_000 }, (_, index) => `"f${index}":0`).join(',')}}}\n`,
    /no field "f0"/,
  ],
  'a key of a megabyte': [`${PREFIX}"entry":{"${'x'.repeat(1_000_000)}":1}}\n`, /no field "xxx/],
  'a magic of a megabyte': [`{"image":"x","magic":"${'x'.repeat(1_000_000)}","begin":{}}\n`, /magic/],
  'a name of a megabyte': [`{"image":"${'x'.repeat(1_000_000)}","magic":"RAW","begin":{}}\n`, /^crit-pack: x+/],
  'a number of a million digits': [`{"image":"x","magic":"PSTREE","entry":{"pid":${'9'.repeat(1_000_000)}}}\n`, /pid/],
  'a text of a million digits': [`{"image":"x","magic":"PSTREE","entry":{"pid":"${'9'.repeat(1_000_000)}"}}\n`, /pid/],
  'flags of a million bars': [
    `{"image":"x","magic":"MM","entry":{"mm_start_code":"${'|'.repeat(1_000_000)}"}}\n`,
    /mm_start_code/,
  ],
  'quotes and backslashes': [`{"image":"x","magic":"PSTREE","entry":{"pid":"${'\\"'.repeat(1_000_000)}"}}\n`, /pid/],
  'control characters': [
    '{"image":"\\u001b[31m\\u0007\\u202e","magic":"NOTHING","begin":{}}\n',
    /^crit-pack: [ -~]*\n$/,
  ],
};

for (const [name, [input, message]] of Object.entries(LINES)) {
  test(`crit-pack: ${name}`, async (t) => {
    const { stderr, codes, peak } = await shell('crit-pack -C out', [], {
      input,
      cwd: temporary(t),
      measure: true,
      timeout: 20_000,
    });
    assert.deepEqual(codes, [2]);
    assert.match(stderr, /^crit-pack: [^\n]{1,3000}\n$/);
    assert.match(stderr, message);
    assert.ok(peak < 400, `${peak} MiB`);
  });
}

const LONG = `{ printf '{"image":"x","magic":"RAW","piece":{"offset":0,"length":1,"data":"'; head -c 100000000 /dev/zero | tr '\\0' A; }`;

for (const command of ['crit-pack', 'crit-filter entry', "crit-map 'drop()'"]) {
  test(`${command}: a line of 100 MB without its end`, async () => {
    const outcome: Outcome = await shell(`${LONG} | ${command}`, [], { measure: true });
    assert.equal(outcome.codes.at(-1), 2);
    assert.match(outcome.stderr, /^crit-\w+: (-: )?line 1: [^\n]*16 MiB[^\n]*\n$/);
    assert.ok(outcome.peak < MOST, `${outcome.peak} MiB`);
  });
}

test('crit-pack: a document of CRIT that never ends', async () => {
  const script = `{ printf '{"magic":"PSTREE","entries":[{"pid":'; head -c 100000000 /dev/zero | tr '\\0' 1; } | crit-pack`;
  const { stderr, codes, peak } = await shell(script, [], { measure: true });
  assert.equal(codes.at(-1), 2);
  assert.match(stderr, /^crit-pack: [^\n]*\n$/);
  assert.ok(peak < MOST, `${peak} MiB`);
});

test('text from an image is safe on a terminal, and in error messages', async () => {
  const name = '\u001b]0;title\u0007\u009b31m\u202e';
  const { stderr } = await shell('crit-cat "$1"', [`/no/such/${name}`]);
  assert.match(stderr, /^[ -~]*\n$/);
});
