/** What crit-pack does not take: each ends in one line that says what is wrong and where, exit code 2, and no file. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { formatLines, imageLines } from '../lines.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

const IMAGE = 'a.img';
const PSTREE = { pid: 1, ppid: 0, pgid: 1, sid: 1 };
const pstree = (change: object): object[] => imageLines(IMAGE, 'PSTREE', { entry: { ...PSTREE, ...change } });
const without = (key: string): object[] => {
  return imageLines(IMAGE, 'PSTREE', {
    entry: Object.fromEntries(Object.entries(PSTREE).filter(([name]) => name !== key)),
  });
};
const of = (magic: string, ...between: object[]): object[] => imageLines(IMAGE, magic, ...between);
const line = (rest: object): object => ({ image: IMAGE, magic: 'PSTREE', ...rest });
const begin = line({ begin: {} });
const end = line({ end: {} });
const entry = line({ entry: PSTREE });
const piece = (offset: number, data: string): object => ({
  piece: { offset, length: Buffer.from(data, 'base64').length, data },
});
const pipe = (bytes: number, rest: object): object[] =>
  of('PIPES_DATA', { entry: { pipe_id: 1, bytes, size: 4096 }, ...rest });

const REFUSED: Record<string, [input: object[] | string | Uint8Array, message: RegExp]> = {
  // Values
  'an unknown field, with the nearest known one': [
    pstree({ pgidd: 1 }),
    /line 2: .*pstree_entry has no field "pgidd"; did you mean pgid\?/,
  ],
  'an unknown field, with none near': [
    pstree({ completely_different: 1 }),
    /line 2: .*no field "completely_different"$/m,
  ],
  'a key of the prototype': [pstree({ constructor: 1 }), /line 2: .*no field "constructor"/],
  'an unknown field deep inside': [
    of('FDINFO', { entry: { id: 1, flags: 0, type: 'REG', fd: 1, xattr: {} } }),
    /no field "xattr"/,
  ],
  'a required field that is missing': [without('ppid'), /line 2: .*ppid: required, but missing/],
  'a required field that is null': [pstree({ pid: null }), /line 2: .*pid/],
  'a uint32 above its range': [
    pstree({ pid: 4294967296 }),
    /line 2: .*pid: 4294967296 is out of the range 0 to 4294967295/,
  ],
  'a negative uint32': [pstree({ pid: -1 }), /line 2: .*pid: -1 is out of the range/],
  'a fraction': [pstree({ pid: 1.5 }), /line 2: .*pid: 1.5 is not an integer/],
  'a word for a number': [pstree({ pid: 'one' }), /line 2: .*pid: "one" is not an integer/],
  'an empty text for a number': [pstree({ pid: '' }), /line 2: .*pid: "" is not an integer/],
  'blanks in a number': [pstree({ pid: ' 1' }), /line 2: .*pid: " 1" is not an integer/],
  'a truth for a number': [pstree({ pid: true }), /line 2: .*pid: true is not an integer/],
  'a list for a number': [pstree({ pid: [1] }), /line 2: .*pid: \[1\] is not an integer/],
  'a number for a list': [pstree({ threads: 1 }), /line 2: .*threads: 1 is not a list/],
  'a bad value in a list': [pstree({ threads: [1, -1] }), /line 2: .*threads\[1\]: -1 is out of the range/],
  'a uint64 above its range': [
    of('EVENTFD_FILE', {
      entry: {
        id: 1,
        flags: 0,
        fown: { uid: 0, euid: 0, signum: 0, pid_type: 0, pid: 0 },
        counter: '18446744073709551616',
      },
    }),
    /counter: 18446744073709551616 is out of the range/,
  ],
  'a number of a thousand digits': [pstree({ pid: '9'.repeat(1000) }), /pid: .*out of (the )?range/],
  'an enum without such a name': [
    of('FDINFO', { entry: { id: 1, flags: 0, type: 'REGG', fd: 1 } }),
    /type: "REGG" is not one of fd_types; did you mean REG\?/,
  ],
  'a string that is a number': [
    of('UTSNS', { entry: { nodename: 5, domainname: 'x' } }),
    /nodename: 5 is not a string/,
  ],
  'half a surrogate pair': [of('UTSNS', { entry: { nodename: '\ud800', domainname: 'x' } }), /nodename: .*surrogate/],
  'bytes that are not base64': [
    of('UTSNS', { entry: { nodename: { base64: '*' }, domainname: 'x' } }),
    /nodename: "\*" is not base64/,
  ],
  'an entry that is a number': [of('PSTREE', { entry: 5 }), /line 2: .*5 is not an object/],
  'an entry that is a list': [of('PSTREE', { entry: [PSTREE] }), /line 2: .*is not an object/],
  'an entry that is null': [of('PSTREE', { entry: null }), /line 2: .*null is not an object/],
  'an entry that is a text': [of('PSTREE', { entry: 'x' }), /line 2: .*"x" is not an object/],
  'unknown fields that are not base64': [pstree({ '@unknown': '!' }), /"!" is not base64/],
  'unknown fields that are broken': [
    pstree({ '@unknown': Buffer.from([0x50, 0x80]).toString('base64') }),
    /@unknown: not protobuf fields/,
  ],
  'unknown fields that are known': [
    pstree({ '@unknown': Buffer.from([8, 1]).toString('base64') }),
    /@unknown: field 1 is pid/,
  ],
  // Extras
  'an extra where there is none': [of('PSTREE', { entry: PSTREE, extra: '' }), /extra: .*no extra/],
  'an extra that is missing': [pipe(5, {}), /a\.img: line 3: entry 1: 5 bytes of its extra are missing/],
  'an extra that is too short': [pipe(5, { extra: 'aGVsbA==' }), /extra: 4 bytes, but the entry says 5/],
  'an extra that is too long': [pipe(3, { extra: 'aGVsbA==' }), /extra: 4 bytes, but the entry says 3/],
  'an extra that is not base64': [pipe(5, { extra: 'hello' }), /extra: "hello" is not base64/],
  'an extra of unknown parts': [
    of('TCP_STREAM', {
      entry: { inq_len: 0, inq_seq: 0, outq_len: 0, outq_seq: 0, opt_mask: 0, snd_wscale: 0, mss_clamp: 0 },
      extra: { inq: '', outq: '', out: '' },
    }),
    /extra\.out: /,
  ],
  'semaphores that are too large': [
    of('IPCNS_SEM', {
      entry: { desc: { key: 0, uid: 0, gid: 0, cuid: 0, cgid: 0, mode: 0, id: 0 }, nsems: 1 },
      extra: [65536],
    }),
    /extra\[0\]: 65536 is not a number from 0 to 65535/,
  ],
  'too few semaphores': [
    of('IPCNS_SEM', {
      entry: { desc: { key: 0, uid: 0, gid: 0, cuid: 0, cgid: 0, mode: 0, id: 0 }, nsems: 2 },
      extra: [1],
    }),
    /extra: .*entry says 4/,
  ],
  // Lines
  'text that is no JSON': ['pstree\n', /line 1: .*not JSON/],
  'a line that is cut off': [`${JSON.stringify(begin)}\n{"image":"a.im`, /line 2: .*not JSON/],
  'a number': ['5\n', /line 1: .*not an object/],
  'a list': ['[]\n', /line 1: .*not an object/],
  null: ['null\n', /line 1: .*not an object/],
  'an empty object': ['{}\n', /line 1: /],
  'a line without a magic': [[{ image: IMAGE, entry: PSTREE }], /line 1: .*without "magic"/],
  'a line of no kind': [[{ image: IMAGE, magic: 'PSTREE' }], /line 1: .*without begin, entry, piece or end/],
  'a line of two kinds': [[line({ entry: PSTREE, end: {} })], /line 1: .*both entry and end/],
  'an unknown key of a line': [
    [line({ entry: PSTREE, extraa: '' })],
    /line 1: .*no key "extraa"; did you mean extra\?/,
  ],
  'an image that is a number': [[{ image: 5, magic: 'PSTREE', entry: PSTREE }], /line 1: .*"image" is not a string/],
  'a magic that is not there': [
    [{ image: IMAGE, magic: 'PSTREEE', entry: PSTREE }],
    /line 1: .*no image has the magic "PSTREEE"; did you mean PSTREE\?/,
  ],
  'an unknown key of begin': [[line({ begin: { heads: 'none' } })], /line 1: .*no key "heads"/],
  'a head that is not there': [[line({ begin: { head: 'other' } })], /line 1: .*"head"/],
  'a line that is not UTF-8': [
    Buffer.from('{"image":"\xff","magic":"DIR","begin":{}}\n', 'latin1'),
    /line 1: .*not UTF-8/,
  ],
  // Sequence
  'an image that began twice': [[begin, begin, entry, end], /line 2: .*begins twice/],
  'a begin behind an entry': [[entry, begin, end], /line 2: .*begins twice, or after its first lines/],
  'an image that began again after its end': [[begin, end, begin, end], /line 3: /],
  'an image that ended twice': [[begin, end, end], /line 3: .*behind the end/],
  'an entry behind the end': [[begin, end, entry], /line 3: .*behind the end/],
  'an image that never ended': [[begin, entry], /a\.img: begun, but never ended/],
  'one image of several that never ended': [
    [begin, { ...begin, image: 'b.img' }, { ...end, image: 'b.img' }],
    /a\.img: begun, but never ended/,
  ],
  'two magics for one image': [
    [begin, { ...entry, magic: 'MM' }],
    /line 2: .*its magic was PSTREE before and is MM now/,
  ],
  'the error of the tool before': [
    [begin, entry, { error: { image: IMAGE, message: 'a.img: it failed' } }],
    /^crit-pack: a\.img: line 3: the tool before this one failed: it failed$/m,
  ],
  'the error of the tool before, behind a whole image': [
    [begin, entry, end, { error: { message: 'it failed' } }],
    /it failed/,
  ],
  // Pieces
  'an entry in raw bytes': [of('RAW', { entry: {} }), /line 2: .*raw bytes/],
  'a piece in an image of entries': [of('PSTREE', piece(0, 'aGVsbA==')), /line 2: .*a piece before the first entry/],
  'a piece without a place': [of('RAW', { piece: { length: 1, data: 'aA==' } }), /line 2: .*piece must have offset/],
  'a piece without contents': [of('RAW', { piece: { offset: 0, length: 1 } }), /line 2: .*piece must have/],
  'a piece with an unknown key': [
    of('RAW', { piece: { offset: 0, length: 1, data: 'aA==', date: 1 } }),
    /line 2: .*piece must have/,
  ],
  'a piece of another length': [
    of('RAW', { piece: { offset: 0, length: 2, data: 'aA==' } }),
    /line 2: .*length is 2, but its data has 1 bytes/,
  ],
  'a piece that is not base64': [of('RAW', { piece: { offset: 0, length: 1, data: '*A==' } }), /line 2: .*not base64/],
  'a fill that is no byte': [of('RAW', { piece: { offset: 0, length: 1, fill: 256 } }), /line 2: .*piece must have/],
  'a piece of negative length': [of('RAW', { piece: { offset: 0, length: -1, fill: 0 } }), /line 2: .*piece must have/],
  'a piece that is missing': [of('RAW', piece(0, 'aA=='), piece(2, 'aA==')), /line 3: .*offset 2, but 1 comes next/],
  'a piece that comes twice': [of('RAW', piece(0, 'aA=='), piece(0, 'aA==')), /line 3: .*offset 0, but 1 comes next/],
  'the first piece missing': [of('PAGES', piece(1, 'aA==')), /line 2: .*offset 1, but 0 comes next/],
  'too many pieces of an extra': [
    of('PIPES_DATA', { entry: { pipe_id: 1, bytes: 1, size: 4096 } }, piece(0, 'aA=='), piece(1, 'aA==')),
    /line 4: .*extra of entry 1/,
  ],
  'too long a piece of an extra': [
    of('PIPES_DATA', { entry: { pipe_id: 1, bytes: 1, size: 4096 } }, piece(0, 'aGVsbA==')),
    /line 3: .*3 bytes more than the extra/,
  ],
  'too few pieces of an extra': [
    of('PIPES_DATA', { entry: { pipe_id: 1, bytes: 9, size: 4096 } }, piece(0, 'aGVsbA==')),
    /entry 1: 5 bytes of its extra are missing/,
  ],
  // Links and directories
  'a link without a target': [
    [
      { image: 'l', magic: 'LINK', begin: {} },
      { image: 'l', magic: 'LINK', end: {} },
    ],
    /target/,
  ],
  'a link with an empty target': [[{ image: 'l', magic: 'LINK', begin: { target: '' } }], /target/],
  'a link whose target has a zero byte': [[{ image: 'l', magic: 'LINK', begin: { target: 'a\0b' } }], /target/],
  'an entry in a link': [
    [
      { image: 'l', magic: 'LINK', begin: { target: 'a' } },
      { image: 'l', magic: 'LINK', entry: {} },
    ],
    /line 2: /,
  ],
  'a target of an image': [[line({ begin: { target: 'x' } }), end], /"begin"/],
};

for (const [name, [input, message]] of Object.entries(REFUSED)) {
  test(`refused: ${name}`, async (t) => {
    const directory = temporary(t);
    const { stderr, codes } = await shell('crit-pack -C out', [], {
      input: Array.isArray(input) ? formatLines(input) : input,
      cwd: directory,
    });
    assert.deepEqual(codes, [2]);
    assert.match(stderr, message);
    assert.match(stderr, /^crit-pack: [^\n]*\n$/);
    assert.deepEqual(readdirSync(directory), []);
  });
}
