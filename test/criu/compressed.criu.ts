/**
 * Compressed pages: those of CRIT 4.3 go through the pipe, and those that we compress are decompressed by CRIT to the same bytes and
 * restored by CRIU, where it was built with LZ4.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertAgreesWithCrit, crit } from './harness/crit.ts';
import { CriuError, dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { isBefore } from './harness/targets.ts';

for (const available of releases()) {
  const { release, programs } = available;
  const version = programs?.version ?? release.name;
  const skip =
    programs === undefined
      ? available.skip
      : isBefore(programs.version, [4, 3]) && `CRIT ${programs.version} compresses no pages`;
  for (const name of ['memory', 'shared']) {
    test(`${name}, compressed by CRIT, CRIU ${version}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, name);
      await dump(programs, target, join(scene, 'dump'), []);
      await crit(programs, ['compress', join(scene, 'dump'), '--in-place']);
      await assertAgreesWithCrit(t, programs, join(scene, 'dump'));
      await shell(scene, 'crit-cat dump | crit-pack -C packed');
      await shell(scene, 'diff -r dump packed');
      await shell(scene, 'crit-cat --decompress dump | crit-pack -C plain');
      await crit(programs, ['decompress', join(scene, 'packed'), '--in-place']);
      await shell(scene, 'diff -r packed plain');
      await restore(programs, join(scene, 'packed'), []);
      await assertIntact(target);
    });

    test(`${name}, compressed by crit compress, CRIU ${version}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, name);
      await dump(programs, target, join(scene, 'dump'), []);
      await shell(scene, 'for copy in small theirs; do cp -r dump $copy; done; crit compress --in-place small');
      await assertAgreesWithCrit(t, programs, join(scene, 'small'));
      // CRIT leaves out what CRIU 4.3 says of no compression.
      await crit(programs, ['compress', join(scene, 'theirs'), '--in-place']);
      await shell(
        scene,
        'cp -r small back; cp -r small ours; crit-cat dump | crit-pack --compress -C piped; diff -r small piped',
      );
      for (const copy of ['theirs', 'back']) await crit(programs, ['decompress', join(scene, copy), '--in-place']);
      await shell(scene, 'crit decompress --in-place ours; diff -r theirs back; diff -r theirs ours');
      await shell(scene, 'diff -r --exclude=inventory.img dump ours');
      try {
        await restore(programs, join(scene, 'small'), []);
      } catch (error) {
        assert.ok(error instanceof CriuError);
        assert.match(error.message, /LZ4 support is required|built without LZ4/);
        t.diagnostic(error.message);
        await restore(programs, join(scene, 'back'), []);
      }
      await assertIntact(target);
    });
  }
}
