import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkpointLines } from '../../src/cat/checkpoint-lines.ts';
import { Output } from '../../src/codec/output.ts';
import { CritError } from '../../src/error.ts';
import { Redactor, redacted, type Redaction, type RedactorOptions } from '../../src/redact/redactor.ts';
import { soughtOf, type Secrets } from '../../src/redact/sought.ts';
import { formatLines, imageLines, parseLines, type TestLine } from '../lines.ts';
import {
  ANON_PRIVATE,
  FILE_PRIVATE,
  HEAP,
  PAGE,
  SHARED,
  buildCheckpoint,
  type BuiltCheckpoint,
} from '../memory/build-checkpoint.ts';
import { temporary } from '../temporary.ts';
import { bytesOf, pieces } from './visited.ts';

const SECRET = 'hunter2!';

interface Outcome {
  readonly lines: TestLine[];
  readonly text: string;
  readonly redactions: readonly Redaction[];
  readonly left: readonly string[];
}

async function redact(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  secrets: Secrets,
  options: RedactorOptions = {},
): Promise<Outcome> {
  const redactions: Redaction[] = [];
  const left: string[] = [];
  const output = new Output();
  const redactor = new Redactor(output, soughtOf(secrets), {
    ...options,
    onRedaction: (redaction) => redactions.push(redaction),
    onLeft: (kind, length) => left.push(`${kind} ${length}`),
  });
  let text = '';
  for await (const chunk of redacted(source, output, redactor)) text += chunk.toString();
  return { text, lines: parseLines(text), redactions, left };
}

function dump(t: Parameters<typeof temporary>[0], built: BuiltCheckpoint): AsyncIterable<Uint8Array> {
  return checkpointLines([buildCheckpoint(temporary(t), built)]);
}

const START = 0x10000;

/** Pages with a secret over the border of the first two, and one over the border of the next two, which do not follow each other. */
function contents(): Buffer {
  const bytes = Buffer.alloc(4 * PAGE, 'ab');
  bytes.write(SECRET, PAGE - 4);
  bytes.write(SECRET, 2 * PAGE - 4);
  bytes.write(SECRET, 3 * PAGE - 4);
  return bytes;
}

function twoAreas(pagesPerBlock?: number): BuiltCheckpoint {
  const bytes = contents();
  return {
    ...(pagesPerBlock !== undefined && { pagesPerBlock }),
    processes: [
      {
        pid: 7,
        areas: [
          { start: START, end: START + PAGE, kind: HEAP },
          { start: START + PAGE, end: START + 2 * PAGE, kind: ANON_PRIVATE },
          { start: START + 8 * PAGE, end: START + 10 * PAGE, kind: ANON_PRIVATE },
        ],
        pages: [
          { at: START, data: bytes.subarray(0, PAGE) },
          { at: START + PAGE, data: bytes.subarray(PAGE, 2 * PAGE) },
          { at: START + 8 * PAGE, data: bytes.subarray(2 * PAGE) },
        ],
      },
    ],
  };
}

function expected(): Buffer {
  const bytes = contents();
  bytes.fill('*', PAGE - 4, PAGE + 4);
  bytes.fill('*', 3 * PAGE - 4, 3 * PAGE + 4);
  return bytes;
}

function pagesOf(lines: readonly TestLine[]): Buffer {
  return bytesOf(lines.filter(({ magic }) => magic === 'PAGES'));
}

test('a secret over the border of pages and areas that follow one another, and none where they do not', async (t) => {
  const { lines, redactions } = await redact(dump(t, twoAreas()), { texts: [SECRET] });
  assert.ok(pagesOf(lines).equals(expected()));
  assert.deepEqual(
    redactions.map(({ place: { pid, area, vaddr }, offset, length, rule }) => [pid, area, vaddr, offset, length, rule]),
    [
      [7, '[heap]', `0x${(START + PAGE - 4).toString(16)}`, PAGE - 4, 8, 'text'],
      [7, '[anon]', `0x${(START + 9 * PAGE - 4).toString(16)}`, 3 * PAGE - 4, 8, 'text'],
    ],
  );
});

test('where the pagemap has not come before, what follows in the image is overwritten', async (t) => {
  const chunks: Buffer[] = [];
  for await (const chunk of dump(t, twoAreas())) chunks.push(Buffer.from(chunk));
  const lines = parseLines(Buffer.concat(chunks));
  const early = formatLines([
    ...lines.filter(({ magic }) => magic === 'PAGES'),
    ...lines.filter(({ magic }) => magic !== 'PAGES'),
  ]);
  const { lines: after } = await redact([Buffer.from(early)], { texts: [SECRET] });
  const all = expected();
  all.fill('*', 2 * PAGE - 4, 2 * PAGE + 4);
  assert.ok(pagesOf(after).equals(all));
});

test('compressed pages are redacted, and written without compression, which nothing speaks of then', async (t) => {
  for (const pagesPerBlock of [1, 2, 4]) {
    const { lines } = await redact(dump(t, twoAreas(pagesPerBlock)), { texts: [SECRET] });
    assert.ok(pagesOf(lines).equals(expected()));
    const text = JSON.stringify(lines.filter(({ magic }) => magic === 'PAGEMAP' || magic === 'INVENTORY'));
    assert.ok(!/blocks|compress":|"img_version":3/.test(text), text);
  }
});

test('compressed pages that come before their pagemap are an error', async (t) => {
  const chunks: Buffer[] = [];
  for await (const chunk of dump(t, twoAreas(2))) chunks.push(Buffer.from(chunk));
  const lines = parseLines(Buffer.concat(chunks));
  const early = formatLines([
    ...lines.filter(({ magic }) => magic === 'PAGES'),
    ...lines.filter(({ magic }) => magic !== 'PAGES'),
  ]);
  await assert.rejects(redact([Buffer.from(early)], { texts: [SECRET] }), (error: unknown) => {
    return error instanceof CritError && error.code === 'sequence' && error.place.image === 'pages-1.img';
  });
});

/** Memory of two processes, in areas of several kinds. */
function manyAreas(): BuiltCheckpoint {
  const page = (): Buffer => Buffer.from(SECRET.padEnd(PAGE, '.'));
  const areas = [
    { start: START, end: START + PAGE, kind: FILE_PRIVATE, prot: 5, shmid: 3 },
    { start: START + 2 * PAGE, end: START + 3 * PAGE, kind: FILE_PRIVATE, prot: 3, shmid: 4 },
    { start: START + 4 * PAGE, end: START + 5 * PAGE, kind: HEAP },
    { start: START + 6 * PAGE, end: START + 7 * PAGE, kind: SHARED, shmid: 99 },
  ];
  const pages = [0, 2, 4].map((index) => ({ at: START + index * PAGE, data: page() }));
  return {
    files: { 3: '/usr/bin/app', 4: '/usr/lib/libsecret.so.1' },
    shared: { 99: [{ at: 0, data: page() }] },
    processes: [
      { pid: 7, areas, pages },
      { pid: 8, areas: areas.slice(0, 3), pages },
    ],
  };
}

const LIMITS: Readonly<Record<string, readonly [options: RedactorOptions, areas: readonly string[]]>> = {
  'code is left': [{}, ['7 [file]', '7 [heap]', '8 [file]', '8 [heap]', 'undefined [shared 99]']],
  'code where it is asked for': [
    { code: true },
    ['7 [file]', '7 [file]', '7 [heap]', '8 [file]', '8 [file]', '8 [heap]', 'undefined [shared 99]'],
  ],
  'a process, and what it shares': [{ pids: [7] }, ['7 [file]', '7 [heap]', 'undefined [shared 99]']],
  'a process that shares nothing': [{ pids: [8] }, ['8 [file]', '8 [heap]']],
  'a kind of area': [{ vmas: ['[heap]'] }, ['7 [heap]', '8 [heap]']],
  'a file by a glob': [{ vmas: ['libsecret.so*'] }, ['7 [file]', '8 [file]']],
  'what can be written, of one process': [{ prot: 'rw', pids: [8] }, ['8 [file]', '8 [heap]']],
};

for (const [name, [options, areas]] of Object.entries(LIMITS)) {
  test(`limits: ${name}`, async (t) => {
    const { redactions, left, lines } = await redact(dump(t, manyAreas()), { texts: [SECRET] }, options);
    assert.deepEqual(redactions.map(({ place }) => `${place.pid} ${place.area}`).sort(), areas);
    assert.equal(left.length, 7 - areas.length);
    assert.equal(pagesOf(lines).toString('latin1').split(SECRET).length - 1, 7 - areas.length);
  });
}

test('limits that cannot be told are an error, and not a guess', async () => {
  const lines = imageLines('pages-1.img', 'PAGES', ...pieces('pages-1.img', 'PAGES', Buffer.from(SECRET)));
  await assert.rejects(
    redact([Buffer.from(formatLines(lines))], { texts: [SECRET] }, { vmas: ['[heap]'] }),
    /whose memory it is/,
  );
});

test('a variable of the environment: in a string of its own to its end, in text to the end of the line', async () => {
  const before = `\0AWS_KEY=a b"c\nd\0x\nexport AWS_ID="i d" more\nAWS_ID=plain\rNOT_AWS_KEY=stays\0`;
  const after = `\0AWS_KEY=*******\0x\nexport AWS_ID="***" more\nAWS_ID=*****\rNOT_AWS_KEY=stays\0`;
  const lines = imageLines('x.bin', 'RAW', ...pieces('x.bin', 'RAW', Buffer.from(before)));
  const { lines: out, redactions } = await redact([Buffer.from(formatLines(lines))], { env: ['AWS_*'] });
  assert.equal(bytesOf(out).toString(), after);
  assert.deepEqual(redactions[0]?.rule, 'env AWS_*');
});

test('in JSON the value is all of the string behind the name', async () => {
  const json = JSON.stringify({ env: ['A=1', 'TOKEN=one "two" é\n'], other: 'TOKEN=' });
  const lines = imageLines('spec.dump', 'RAW', ...pieces('spec.dump', 'RAW', Buffer.from(json)));
  const { lines: out } = await redact([Buffer.from(formatLines(lines))], { env: ['TOKEN'] });
  assert.deepEqual(JSON.parse(bytesOf(out).toString()), { env: ['A=1', `TOKEN=${'*'.repeat(13)}`], other: 'TOKEN=' });
});

test('what overlaps is overwritten as a whole, whichever is found first', async () => {
  const lines = imageLines('x.bin', 'RAW', ...pieces('x.bin', 'RAW', Buffer.from('abcdefghi abc fgh')));
  const { lines: out } = await redact([Buffer.from(formatLines(lines))], {
    texts: ['abcdef'],
    patterns: ['d.*?g', '[g-h]hi'],
  });
  assert.equal(bytesOf(out).toString(), '********* abc fgh');
});

test('queues are dropped as a whole; what TCP has sent is overwritten, since its peer has counted it', async () => {
  const base64 = Buffer.from('unsent').toString('base64');
  const desc = { key: 1, uid: 0, gid: 0, cuid: 0, cgid: 0, mode: 0, id: 1 };
  const all = [
    ...imageLines(
      'pipes-data.img',
      'PIPES_DATA',
      { entry: { pipe_id: 1, bytes: 6, size: 64 }, extra: base64 },
      { entry: { pipe_id: 2, bytes: 6, size: 64 } },
      { piece: { offset: 0, length: 6, data: base64 } },
    ),
    ...imageLines('ipcns-msg-1.img', 'IPCNS_MSG', {
      entry: { desc, qbytes: 10, qnum: 1 },
      extra: [{ msg: { mtype: 1, msize: 6 }, text: base64 }],
    }),
    ...imageLines('tcp-stream-1.img', 'TCP_STREAM', {
      entry: { inq_len: 6, inq_seq: 1, outq_len: 6, outq_seq: 1, opt_mask: 0, snd_wscale: 0, mss_clamp: 1 },
      extra: { inq: base64, outq: base64 },
    }),
  ];
  const { lines } = await redact([Buffer.from(formatLines(all))], {}, { dropQueues: true });
  assert.deepEqual(lines.slice(0, 2), [all[0], all[4]]);
  assert.deepEqual(lines[3], { image: 'ipcns-msg-1.img', magic: 'IPCNS_MSG', entry: { desc, qbytes: 10, qnum: 0 } });
  const stars = Buffer.from('******').toString('base64');
  assert.deepEqual(lines[6]?.extra, { inq: stars, outq: stars });
});

test('places are told without what was found in them', async () => {
  const json = JSON.stringify({ [SECRET]: SECRET });
  const lines = imageLines('spec.dump', 'RAW', ...pieces('spec.dump', 'RAW', Buffer.from(json)));
  const { redactions } = await redact([Buffer.from(formatLines(lines))], { texts: [SECRET] });
  assert.ok(redactions.length > 0);
  assert.ok(!JSON.stringify(redactions).includes(SECRET));
});

test('what finds the character that overwrites is refused', () => {
  assert.throws(
    () => new Redactor(new Output(), soughtOf({ patterns: ['[^a]{3}'] })),
    /finds "\*", which overwrites it/,
  );
  assert.throws(() => new Redactor(new Output(), []), /nothing to overwrite/);
});
