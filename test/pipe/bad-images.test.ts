/** Every broken image ends in a clear error, or is valid after all and comes back whole. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixture, fixtureNames } from '../fixtures.ts';
import { parseLines } from '../lines.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';

/** The error behind the name of the image, and how many whole entries come before it. */
interface Broken {
  error: RegExp;
  entries?: number;
}

const IMAGES: Record<string, Broken | 'valid'> = {
  // No known magic: raw bytes.
  'all-ff.img': 'valid',
  'empty.img': 'valid',
  'text.img': 'valid',
  'unknown-magic.img': 'valid',
  'zeros.img': 'valid',
  // A ghost file without its entry: an image without entries, as of any other type.
  'ghost-nothing.img': 'valid',

  'three-bytes.img': { error: /^byte 0: truncated: .* 3 there$/ },
  'common-only.img': { error: /^byte 0: truncated: 8 bytes expected .* 4 there$/ },
  'half-magic.img': { error: /^byte 0: truncated: 8 bytes expected .* 6 there$/ },

  'size-only-2.img': { error: /^entry 1 at byte 8: truncated: 4 bytes expected, 2 left$/ },
  'size-past-end.img': { error: /^entry 1 at byte 8: truncated: 100 bytes expected, 14 left$/ },
  'size-huge.img': { error: /^entry 1 at byte 8: .*2147483647 bytes/ },
  'size-negative.img': { error: /^entry 1 at byte 8: .*4294967295 bytes/ },
  'second-truncated.img': { error: /^entry 2 at byte 26: truncated: 14 bytes expected, 12 left$/, entries: 1 },

  'zero-length-entry.img': { error: /^entry 1 at byte \d+: .*required field pid is missing/ },
  'missing-required.img': { error: /^entry 1 at byte \d+: .*required field ppid is missing/ },
  'pagemap-entry-missing-field.img': { error: /^entry 2 at byte \d+: .*compat_nr_pages is missing/, entries: 1 },
  'wrong-wire-type.img': { error: /^entry 1 at byte 12: .*pid .*wire type/ },
  'wire-garbage.img': { error: /^entry 1 at byte 12: .*varint/ },
  'len-past-end.img': { error: /^entry 1 at byte 12: .*80 bytes expected, 3 left/ },
  'group-wire-type.img': { error: /^entry 1 at byte 26: .*group/ },

  'pipe-data-short.img': { error: /^entry 1 at byte 8: truncated: 100 bytes of extra expected, 9 left$/ },
  'pipe-data-huge.img': {
    error: /^entry 1 at byte 8: truncated: 4294967295 bytes of extra expected, 1 left$/,
    entries: 1,
  },
  'tcp-short.img': { error: /^entry 1 at byte 8: truncated: 20 bytes of extra expected, 13 left$/ },
  'tcp-trailing.img': { error: /^entry 2 at byte 46: an entry of 1767993972 bytes/, entries: 1 },
  'sem-short.img': { error: /^entry 1 at byte 8: truncated: 8 bytes of extra expected, 3 left$/ },
  'sem-nopad.img': { error: /^entry 1 at byte 8: truncated: 8 bytes of extra expected, 6 left$/ },
  'shm-huge.img': {
    error: /^entry 1 at byte 8: truncated: 1099511627776 bytes of extra expected, 1 left$/,
    entries: 1,
  },
  'msg-qnum-huge.img': { error: /^entry 1 at byte 8: truncated: the end of its messages expected/ },
  'ghost-chunk-short.img': { error: /^entry 2 at byte 27: truncated: 50 bytes of extra expected, 5 left$/, entries: 1 },
};

test('the table names every broken image', () => {
  assert.deepEqual(Object.keys(IMAGES).sort(), fixtureNames('crafted-bad'));
});

for (const [name, expected] of Object.entries(IMAGES)) {
  const path = fixture(`crafted-bad/${name}`);

  if (expected === 'valid') {
    test(`${name} is valid and comes back whole`, async () => {
      const { stdout, stderr, codes } = await shell('crit-cat "$1" | crit-pack', [path]);
      assert.deepEqual([stderr, codes], ['', [0, 0]]);
      assert.deepEqual(stdout, readFileSync(path));
    });
    continue;
  }

  test(`${name} ends in a clear error`, async () => {
    const { stdout, stderr, codes, peak } = await shell('crit-cat "$1"', [path], {
      measure: /huge|negative/.test(name),
    });
    assert.deepEqual(codes, [2]);
    const [, message = stderr] = /^crit-cat: \S+\.img: ([^\n]*)\n$/.exec(stderr) ?? [];
    assert.match(message, expected.error);
    assert.ok(stderr.startsWith(`crit-cat: ${name}: `));
    const lines = parseLines(stdout);
    assert.equal(lines.filter((line) => line.entry).length, expected.entries ?? 0);
    assert.deepEqual(lines.at(-1), { error: { image: name, message: lines.at(-1)?.error?.message ?? '' } });
    assert.ok(lines.at(-1)?.error?.message.includes(message), stdout.toString());
    assert.ok(lines.every((line) => !line.end));
    assert.ok(peak < 120, `${peak} MiB`);
  });

  test(`nothing is packed of ${name}`, async (t) => {
    const directory = temporary(t);
    const { stderr, codes } = await shell(
      'crit-cat "$1" | tee lines | crit-pack -C out; crit-pack -o file lines; crit-pack lines',
      [path],
      {
        cwd: directory,
      },
    );
    assert.deepEqual(codes, [2]);
    assert.equal(stderr.match(/^crit-pack: .*/gm)?.length, 3, stderr);
    assert.equal(existsSync(join(directory, 'file')), false);
    assert.equal(existsSync(join(directory, 'out', name)), false);
  });
}
