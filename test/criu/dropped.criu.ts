/** A filter that drops what must not be dropped: CRIU refuses what is left, and the images tell what is missing. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertAgreesWithCrit } from './harness/crit.ts';
import { CriuError, dump, releases, restore } from './harness/criu.ts';
import { missingFrom } from './harness/missing.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { startTarget } from './harness/target.ts';
import { isBefore, TARGETS } from './harness/targets.ts';

interface Loss {
  what: string;
  target: string;
  filter: string;
  /** What CRIU says. */
  refusal: RegExp;
  /** What is missing of the images, or undefined where the images alone do not tell. */
  missing?: RegExp;
  /** The first CRIU that refuses; those before it never end, so that they are not asked. */
  refusedFrom?: readonly [major: number, minor: number];
}

const LOSSES: readonly Loss[] = [
  {
    what: 'an open file',
    target: 'service',
    filter: `crit-filter -m FILES '!entry.reg?.name.endsWith("/service.log")'`,
    refusal: /No file for fd \d+ id/,
    missing: /^fdinfo-\d+\.img: descriptor \d+ is file \d+, which files\.img does not have$/,
  },
  {
    what: 'the core of a process',
    target: 'service',
    filter: `crit-filter 'magic !== "CORE"'`,
    refusal: /Unexpected EOF on \(empty-image\)/,
    missing: /^core-\d+\.img has no entry for process \d+$/,
  },
  {
    what: 'the memory areas of a process',
    target: 'service',
    filter: `crit-filter 'magic !== "MM"'`,
    refusal: /Unexpected EOF on .*mm-\d+\.img|killed by signal 11/,
    missing: /^mm-\d+\.img has no entry for process \d+$/,
  },
  {
    what: 'the end of the memory',
    target: 'service',
    filter: `crit-filter 'magic !== "PAGES" || piece.offset === 0'`,
    refusal: /Unexpected EOF reading pages/,
    refusedFrom: [4, 3],
    missing: /^pages-\d+\.img has \d+ of the \d+ bytes that pagemap-\d+\.img speaks of$/,
  },
  {
    what: 'the contents of a deleted file',
    target: 'files',
    filter: `crit-filter 'magic !== "REMAP_FPATH"'`,
    refusal: /Can't open file .*home.deleted/,
  },
];

for (const available of releases()) {
  const { release, programs } = available;
  const version = programs?.version ?? release.name;
  for (const { what, target: name, filter, refusal, refusedFrom, missing } of LOSSES) {
    const skip = programs === undefined ? available.skip : false;
    test(`${what} is dropped, CRIU ${version}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const options = TARGETS.find((kind) => kind.name === name)?.options ?? [];
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, name);
      await dump(programs, target, join(scene, 'dump'), options);
      await assertAgreesWithCrit(t, programs, join(scene, 'dump'));
      assert.deepEqual(await missingFrom(join(scene, 'dump')), []);
      await shell(scene, `crit-cat dump | ${filter} | crit-pack -C less`);
      const gone = await missingFrom(join(scene, 'less'));
      if (missing === undefined) assert.deepEqual(gone, []);
      else assert.ok(gone.length > 0 && gone.every((sentence) => missing.test(sentence)), gone.join('\n'));
      if (refusedFrom !== undefined && isBefore(programs.version, refusedFrom)) {
        t.diagnostic(`CRIU ${programs.version} would look for the bytes for ever`);
        return;
      }
      await assert.rejects(restore(programs, join(scene, 'less'), options), (error: unknown) => {
        assert.ok(error instanceof CriuError);
        assert.match(error.message, refusal);
        t.diagnostic(error.message);
        return true;
      });
    });
  }

  test(
    `the start of the memory is dropped, CRIU ${version}`,
    { skip: programs === undefined && available.skip },
    async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      await dump(programs, await startTarget(t, scene, 'service'), join(scene, 'dump'), []);
      const line = `crit-cat dump | crit-filter 'magic !== "PAGES" || piece.offset > 0' | crit-pack -C less`;
      await assert.rejects(shell(scene, line), /crit-pack: pages-1\.img: .*pieces are missing/);
      assert.ok(!existsSync(join(scene, 'less')), 'nothing is left for CRIU');
    },
  );
}
