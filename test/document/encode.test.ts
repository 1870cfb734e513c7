/** Documents to images: what `crit encode` takes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { CritError } from '../../src/error.ts';
import { BUILT_IN } from '../../src/schema/built-in.ts';
import { rawMagicByFile } from '../../src/schema/images.ts';
import { buildImage, delimited, numeric } from '../build-image.ts';
import { canonicalBytes, messageArbitrary } from '../codec/arbitrary.ts';
import { OUT_OF_ORDER, UNUSUAL, fixture } from '../fixtures.ts';
import { messageType } from '../oracle.ts';
import { DocumentEncoder } from '../../src/document/document-encoder.ts';
import { LINE_LIMIT } from '../../src/image/limits.ts';
import { PartSink } from '../../src/image/part-sink.ts';
import { documentOf, imageOf } from './document.ts';

/** A document cannot hold the head of an image, nor the order of its fields. */
const CHANGED = new Set([
  ...UNUSUAL,
  ...OUT_OF_ORDER,
  'PSTREE-v1.0.img',
  'INVENTORY-with-common-magic.img',
  'STATS-with-common-magic.img',
]);

function imagesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter((item) => item.isFile() && rawMagicByFile(item.name) === undefined)
    .map((item) => join(item.parentPath, item.name));
}

const FORMS = [{ pretty: false }, { pretty: true }];

for (const folder of ['real', 'crafted']) {
  test(`documents of all ${folder} images give the same bytes again`, () => {
    for (const path of imagesIn(fixture(folder))) {
      const name = basename(path);
      const image = readFileSync(path);
      for (const form of FORMS) {
        const warnings: string[] = [];
        const document = documentOf(name, image, { ...form, onWarning: (message) => warnings.push(message) });
        const again = imageOf(document);
        assert.equal(again.equals(image), !CHANGED.has(name), path);
        assert.equal(warnings.length, CHANGED.has(name) ? 1 : 0, path);
        assert.equal(documentOf(name, again, form), document, path);
      }
    }
  });
}

test('random images of every type', () => {
  for (const type of BUILT_IN.types()) {
    // Their extras would have to fit.
    if (type.extra !== undefined) continue;
    const entries = fc.tuple(
      ...(type.first === undefined ? [] : [messageArbitrary(messageType(type.first), 2)]),
      messageArbitrary(messageType(type.entry), 2),
      messageArbitrary(messageType(type.entry), 2),
    );
    fc.assert(
      fc.property(entries, fc.constantFrom(...FORMS), (messages, form) => {
        const image = buildImage(type.magic, messages.map(canonicalBytes));
        assert.deepEqual(imageOf(documentOf('-', image, form)), image);
      }),
      { numRuns: 12 },
    );
  }
});

test('a document may come in chunks of any size', () => {
  for (const name of ['ipc/ipcns-msg-9.img', 'inet-netns/files.img', 'ghost/ghost-file-2.img', 'bpf/bpfmap-data.img']) {
    const image = readFileSync(fixture(`real/${name}`));
    for (const form of FORMS) {
      const document = documentOf('-', image, form);
      for (const step of [1, 7, 1000]) assert.deepEqual(imageOf(document, step), image, `${name} by ${step}`);
    }
  }
});

test('a document that another tool has written anew', () => {
  const image = readFileSync(fixture('real/unix/files.img'));
  for (const form of FORMS) {
    const value: unknown = JSON.parse(documentOf('-', image, form));
    for (const indent of [undefined, 2, '\t'])
      assert.deepEqual(imageOf(JSON.stringify(value, undefined, indent)), image);
  }
});

test('fields that the schema does not know survive a document, as they do not in CRIT', () => {
  const image = readFileSync(fixture('crafted/PSTREE-unknown-field.img'));
  assert.match(documentOf('-', image), /"@unknown": "wD4Hyj4DYWJj"/);
  for (const form of FORMS) assert.deepEqual(imageOf(documentOf('-', image, form)), image);
});

test('names of sockets are text in every document of CRIT, also where they look like base64', () => {
  const names = ['', 'abcd', 'abc', '/tmp/x\0', '\0abstract', 'a\r\nb', '=41=', 'x'.repeat(107), '\xff\xfe'];
  const fown = Buffer.concat([1, 2, 3, 4, 5].map((field) => numeric(field, 0)));
  const opts = Buffer.concat([1, 2, 3, 4, 5, 6].map((field) => numeric(field, 0)));
  const entries = names.map((name) =>
    Buffer.concat([
      ...[1, 2, 3, 4, 5, 6, 7, 8].map((field) => numeric(field, field)),
      delimited(9, fown),
      delimited(10, opts),
      delimited(11, Buffer.from(name, 'latin1')),
    ]),
  );
  const image = buildImage('UNIXSK', entries);
  for (const form of FORMS) assert.deepEqual(imageOf(documentOf('-', image, form)), image);
});

test('documents of the Go tool: other names of fields, numbers of 64 bits as strings, base64, JSON in a string', () => {
  const go = (magic: string, ...entries: object[]): Buffer => imageOf(JSON.stringify({ magic, entries }));
  assert.deepEqual(
    go('PAGEMAP', { pagesId: 1 }, { vaddr: '140737488355328', compatNrPages: 0, flags: 4, nrPages: '3' }),
    imageOf(
      '{"magic":"PAGEMAP","entries":[{"pages_id":1},{"vaddr":140737488355328,"compat_nr_pages":0,"flags":4,"nr_pages":3}]}',
    ),
  );
  const socket = { id: 5, ino: 7, type: 1, state: 7, flags: 2, uflags: 0, backlog: 0, peer: 0 };
  const fown = { uid: 0, euid: 0, signum: 0, pid: 0 };
  const opts = {
    so_sndbuf: 1,
    so_rcvbuf: 2,
    so_snd_tmo_sec: 0,
    so_snd_tmo_usec: 0,
    so_rcv_tmo_sec: 0,
    so_rcv_tmo_usec: 0,
  };
  const goOpts = { soSndbuf: 1, soRcvbuf: 2, soSndTmoSec: '0', soSndTmoUsec: '0', soRcvTmoSec: '0', soRcvTmoUsec: '0' };
  assert.deepEqual(
    go('FILES', {
      type: 'UNIXSK',
      id: 5,
      usk: { ...socket, fown: { ...fown, pidType: 0 }, opts: goOpts, name: 'YWJjZAA=' },
    }),
    go('FILES', { type: 'UNIXSK', id: 5, usk: { ...socket, fown: { ...fown, pid_type: 0 }, opts, name: 'abcd=00' } }),
  );
  const stream = {
    inq_len: 1,
    inq_seq: 0,
    outq_len: 2,
    outq_seq: 0,
    unsq_len: 0,
    opt_mask: 0,
    mss_clamp: 0,
    snd_wscale: 0,
  };
  const crit = go('TCP_STREAM', { ...stream, extra: { inq: 'YQ==\n', outq: 'YmM=\n' } });
  assert.deepEqual(go('TCP_STREAM', { ...stream, extra: { in_q: 'YQ==', out_q: 'YmM=' } }), crit);
  assert.deepEqual(go('TCP_STREAM', { ...stream, extra: '{"inQ":"YQ==","outQ":"YmM="}' }), crit);
  const desc = { key: 1, uid: 0, gid: 0, cuid: 0, cgid: 0, mode: 0, id: 0 };
  assert.deepEqual(
    go('IPCNS_SEM', { desc, nsems: 3, extra: '[1,2,3]' }),
    go('IPCNS_SEM', { desc, nsems: 3, extra: [1, 2, 3] }),
  );
  assert.deepEqual(
    go('IPCNS_MSG', { desc, qbytes: 9, qnum: 1, extra: '["{\\"mtype\\":\\"7\\",\\"msize\\":2}","aGk="]' }),
    go('IPCNS_MSG', { desc, qbytes: 9, qnum: 1, extra: [{ mtype: 7, msize: 2 }, 'aGk=\n'] }),
  );
});

test('the number of pages under the name that CRIT before 4.2 gives it', () => {
  const image = readFileSync(fixture('real/v411-simple/pagemap-23491.img'));
  const document = documentOf('-', image);
  assert.match(document, /"compat_nr_pages": 5,/);
  assert.deepEqual(imageOf(document.replaceAll('compat_nr_pages', 'nr_pages')), image);
});

test('numbers beyond 2^53 are exact', () => {
  const document =
    '{"magic": "VMAS", "entries": [{"start": 18446744073709551615, "end": 9007199254740993, "pgoff": 0, "shmid": 0, "prot": 0, "flags": 0, "status": 0, "fd": -9223372036854775808}]}';
  assert.equal(documentOf('-', imageOf(document)), document);
});

function ghost(text: string, keys = ''): string {
  return `{"magic": "GHOST_FILE", "entries": [{"uid": 0, "gid": 0, "mode": 33188${keys}, "extra": "${text}"}]}`;
}

test('a long extra goes through as it comes', () => {
  const contents = Buffer.alloc(3_000_001, 'some text; ');
  const image = Buffer.concat([imageOf(ghost('')), contents]);
  for (const form of FORMS) {
    const document = documentOf('-', image, { ...form, step: 65536 });
    assert.deepEqual(imageOf(document), image);
    assert.deepEqual(imageOf(document, 65521), image);
  }
  assert.deepEqual(imageOf(ghost(contents.toString('base64').replaceAll('/', '\\/'))), image);
});

test('a long extra is padded, and checked against its entry', () => {
  const contents = Buffer.alloc(2_000_001, 'x');
  const text = contents.toString('base64');
  const segment = (size: number): string =>
    `{"magic": "IPCNS_SHM", "entries": [{"desc": {"key": 0, "uid": 0, "gid": 0, "cuid": 0, "cgid": 0, "mode": 0, "id": 0}, "size": ${size}, "extra": "${text}"}]}`;
  const image = imageOf(segment(contents.length));
  assert.deepEqual(image.subarray(-contents.length - 3), Buffer.concat([contents, Buffer.alloc(3)]));
  assert.throws(() => imageOf(segment(contents.length + 40)), /entry 1: 40 bytes of its extra are missing/);
  assert.throws(() => imageOf(segment(contents.length - 40)), /entry 1: \d+ bytes more than the extra of entry 1 has/);
});

for (const [what, document, expected] of [
  ['an unknown magic', '{"magic": "PSTRE", "entries": []}', /"PSTRE"; did you mean PSTREE\?/],
  ['raw data', '{"magic": "PAGES", "entries": []}', /no image of entries has the magic "PAGES"/],
  ['no magic', '{"entries": [{}]}', /first key is not "magic"/],
  ['an image', readFileSync(fixture('real/simple/pstree.img')), /not a JSON document/],
  [
    'an unknown field',
    '{"magic": "PSTREE", "entries": [{"pid": 1, "ppid": 0, "pgid": 1, "sed": 1}]}',
    /entry 1: .*"sed"; did you mean sid\?|entry 1: sid: required/,
  ],
  ['a list in a list', '{"magic": "PSTREE", "entries": [[]]}', /entry 1/],
  ['an end too early', '{"magic": "PSTREE", "entries": [{"pid": 1', /cut off/],
  ['two commas', '{"magic": "FS", "entries": [{"cwd_id": 1, "root_id": 1},,{"cwd_id": 1, "root_id": 1}]}', /comma/],
  ['no comma', '{"magic": "FS", "entries": [{"cwd_id": 1, "root_id": 1} {"cwd_id": 1, "root_id": 1}]}', /comma/],
  ['a comma at the end', '{"magic": "FS", "entries": [{"cwd_id": 1, "root_id": 1},]}', /comma/],
  ['text behind it', '{"magic": "FS", "entries": []} {}', /more text/],
  ['the size of an extra', ghost('... <1.2KB>'), /entry 1: extra: .*not base64/],
  ['a long extra that is no base64', ghost(`${'QUJD'.repeat(600_000)}-_-_`), /entry 1: extra: not base64/],
  ['a long extra with padding inside', ghost('QUI='.repeat(600_000)), /entry 1: extra: not base64/],
  ['a long extra that is cut', ghost(`${'QUJD'.repeat(600_000)}Q`), /entry 1: extra: not base64/],
  ['a long extra that is not last', ghost(`${'QUJD'.repeat(600_000)}", "x": "`), /must be the last key/],
  [
    'a number of much text',
    `{"magic": "FS", "entries": [{"cwd_id": ${'1'.repeat(17 * 2 ** 20)}}]}`,
    /entry 1: a number or blanks of more than 16 MiB/,
  ],
  [
    'a name of a socket that is no text',
    '{"magic": "FILES", "entries": [{"type": "UNIXSK", "id": 1, "usk": {"name": "=4"}}]}',
    /entry 1: usk\.name: .*quoted-printable/,
  ],
] as const) {
  test(`not a document: ${what}`, () => {
    assert.throws(
      () => imageOf(document),
      (error) => error instanceof CritError && expected.test(error.message),
    );
  });
}

test('an entry of more text than is taken', () => {
  const encoder = new DocumentEncoder(new PartSink());
  encoder.push(Buffer.from('{"magic": "FS", "entries": [{"cwd_id": "'));
  const digits = Buffer.alloc(2 ** 22, '1');
  assert.throws(() => {
    for (let size = 0; size <= LINE_LIMIT; size += digits.length) encoder.push(digits);
  }, /entry 1: an entry whose text has more than the 480 MiB/);
});

test('documents of older versions of CRIT, with the names of their time', () => {
  const old = (name: string): string => readFileSync(fixture(`old-documents/${name}.json`), 'utf8');
  const again = (name: string): string => documentOf('-', imageOf(old(name)));
  assert.match(again('core-seccomp'), /"old_seccomp_mode": "?\w+"?, "old_seccomp_filter": \d+/);
  assert.doesNotMatch(again('core-seccomp'), /"seccomp_mode"/);
  assert.match(again('core-tls'), /"usable": (true|false)/);
  assert.match(again('fdinfo-tun'), /"type": "TUNF"/);
});

test('the old and the new name of a field together are an error', () => {
  const text = readFileSync(fixture('old-documents/core-seccomp.json'), 'utf8');
  const both = text.replace('"seccomp_mode"', '"old_seccomp_mode":"strict","seccomp_mode"');
  assert.throws(() => imageOf(both), { code: 'value', message: /seccomp_mode/ });
});

test('a segment of shared memory whose text is long, of sizes with and without padding', () => {
  const perm = Buffer.concat([1, 2, 3, 4, 5, 6, 7].map((field) => numeric(field, 0)));
  for (const size of [1024 * 1024, 1024 * 1024 + 1, 1024 * 1024 + 3, 2 ** 21]) {
    const payload = Buffer.concat([delimited(1, perm), numeric(2, size)]);
    const extra = Buffer.alloc(Math.ceil(size / 4) * 4);
    extra.fill('memory', 0, size);
    const image = buildImage('IPCNS_SHM', [
      { payload, extra },
      { payload, extra },
    ]);
    for (const form of FORMS) assert.ok(imageOf(documentOf('-', image, form)).equals(image), `${size}`);
  }
});
