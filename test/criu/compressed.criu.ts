/** Compressed pages: CRIT 4.3 makes them of a dump, they go through the pipe, and back they are the same program. */
import { join } from 'node:path';
import { test } from 'node:test';
import { assertAgreesWithCrit, crit } from './harness/crit.ts';
import { dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { isBefore } from './harness/targets.ts';

for (const available of releases()) {
  const { release, programs } = available;
  const skip =
    programs === undefined
      ? available.skip
      : isBefore(programs.version, [4, 3]) && `CRIT ${programs.version} compresses no pages`;
  for (const name of ['memory', 'shared']) {
    test(`${name}, compressed, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, name);
      await dump(programs, target, join(scene, 'dump'), []);
      await crit(programs, ['compress', join(scene, 'dump'), '--in-place']);
      await assertAgreesWithCrit(t, programs, join(scene, 'dump'));
      await shell(scene, 'crit-cat dump | crit-pack -C packed');
      await shell(scene, 'diff -r dump packed');
      await crit(programs, ['decompress', join(scene, 'packed'), '--in-place']);
      await restore(programs, join(scene, 'packed'), []);
      await assertIntact(target);
    });
  }
}
