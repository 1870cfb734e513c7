/** crit-grep with patterns from files, and in encodings. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ANON_PRIVATE, PAGE, buildCheckpoint } from '../../../memory/build-checkpoint.ts';
import { shell } from '../../../shell.ts';
import { temporary } from '../../../temporary.ts';

const BASE = 0x6f00_0000_0000;
const SECRET = 'pass/w0rd "1"';

/** The base64 form goes across the border of two entries. */
function build(directory: string): string {
  const pages = Buffer.alloc(2 * PAGE);
  pages.write(SECRET, 16);
  pages.write(Buffer.from(`x${SECRET}`).toString('base64'), PAGE - 5);
  pages.write(JSON.stringify({ key: SECRET }), PAGE + 256);
  return buildCheckpoint(directory, {
    processes: [
      {
        pid: 7,
        name: 'first',
        areas: [{ start: BASE, end: BASE + 2 * PAGE, kind: ANON_PRIVATE }],
        pages: [
          { at: BASE, data: pages.subarray(0, PAGE) },
          { at: BASE + PAGE, data: pages.subarray(PAGE) },
        ],
      },
    ],
  });
}

test('texts from a file are found in encodings, which each match names', async (t) => {
  const directory = temporary(t);
  const dump = build(join(directory, 'dump'));
  const patterns = join(directory, 'patterns');
  writeFileSync(patterns, `nothing like this\n${SECRET}\r\n`);
  const { stdout, stderr, codes } = await shell('crit-grep --encodings base64,hex,url,utf16,json -F -f "$1" "$2"', [
    patterns,
    dump,
  ]);
  assert.deepEqual([stderr, codes], ['', [0]]);
  assert.deepEqual(stdout.toString().trimEnd().split('\n'), [
    `7\tfirst\t[stack]\t0x6f0000000010\t${SECRET}`,
    '7\tfirst\t[stack]\t0x6f0000000ffc\tHBhc3MvdzByZCAiMSI\t(base64)',
    '7\tfirst\t[stack]\t0x6f0000001108\tpass/w0rd \\"1\\"\t(json)',
  ]);
  const json = await shell('crit-grep --json --encodings hex,json -F "$1" "$2"', [SECRET, dump]);
  const values = json.stdout.toString().trimEnd().split('\n');
  assert.deepEqual(
    values.map((line): unknown => JSON.parse(line).encoding),
    [undefined, 'json'],
  );
  assert.deepEqual((await shell('crit-grep -c -F -f "$1" "$2"', [patterns, dump])).stdout.toString(), '7\tfirst\t1\n');
});

const WRONG: Readonly<Record<string, RegExp>> = {
  '--encodings hex text x': /-F goes with it/,
  '--encodings base46 -F text x': /no encoding is called "base46"; did you mean base64\?/,
  '--encodings base64 -F abc x': /fewer than 4 bytes/,
  '-F -f <(printf "a\\n\\nb\\n") x': /: line 2: an empty pattern is everywhere/,
  '-F -f <(printf "") x': /no pattern is in it/,
  '-F -f <(printf "\\xff") x': /not UTF-8/,
  '-f /nowhere x': /\/nowhere: no such file/,
  '--secrets -f /nowhere x': /--file does not go with it/,
};

for (const [args, message] of Object.entries(WRONG)) {
  test(`wrong usage: ${args}`, async () => {
    const { stderr, codes } = await shell(`crit-grep ${args}`);
    assert.match(stderr, message);
    assert.deepEqual(codes, [2]);
  });
}
