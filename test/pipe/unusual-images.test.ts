/** Images that are valid protobuf, but not as CRIU writes it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { UNUSUAL, fixture } from '../fixtures.ts';
import { parseLines } from '../lines.ts';
import { decodeWithOracle } from '../oracle.ts';
import { shell } from '../shell.ts';

for (const name of UNUSUAL) {
  const bytes = readFileSync(fixture(`crafted/${name}`));

  test(`${name} is decoded to its meaning, with one warning`, async () => {
    const { stdout, stderr, codes } = await shell('crit-cat "$1"', [fixture(`crafted/${name}`)]);
    assert.deepEqual(codes, [0]);
    assert.match(stderr, new RegExp(`^crit-cat: warning: ${name}: entry \\d+ at byte \\d+: [^\\n]*\\n$`));
    const entries = parseLines(stdout).flatMap(({ entry }) => entry ?? []);
    assert.deepEqual(entries, meanings(bytes));
  });

  test(`${name} left as it is comes back whole`, async () => {
    const { stdout, codes } = await shell('crit-cat "$1" | crit-filter true | crit-map "" | crit-pack', [
      fixture(`crafted/${name}`),
    ]);
    assert.deepEqual(codes, [0, 0, 0, 0]);
    assert.deepEqual(stdout, bytes);
  });

  test(`${name} written anew means the same, and is then as CRIU writes it`, async () => {
    const packed = await shell('crit-cat "$1" | crit-map "delete line.wire" | crit-pack', [fixture(`crafted/${name}`)]);
    assert.deepEqual(packed.codes, [0, 0, 0]);
    assert.notDeepEqual(packed.stdout, bytes);
    assert.deepEqual(meanings(packed.stdout), meanings(bytes));
    const again = await shell('crit-cat | crit-pack', [], { input: packed.stdout });
    assert.deepEqual([again.stderr, again.stdout], ['', packed.stdout]);
  });

  test(`${name} changed is written with the change`, async () => {
    const packed = await shell('crit-cat "$1" | crit-map "entry.pgid = 77" | crit-pack', [fixture(`crafted/${name}`)]);
    assert.deepEqual(packed.codes, [0, 0, 0]);
    const changed = meanings(bytes).map((entry) => ({ ...entry, pgid: 77 }));
    assert.deepEqual(meanings(packed.stdout), changed);
  });
}

/** The entries of a PSTREE image, as protobufjs reads them. */
function meanings(image: Buffer): Record<string, unknown>[] {
  const entries: Record<string, unknown>[] = [];
  for (let at = 8; at < image.length;) {
    const end = at + 4 + image.readUInt32LE(at);
    entries.push(decodeWithOracle('pstree_entry', image.subarray(at + 4, end)));
    at = end;
  }
  return entries;
}
