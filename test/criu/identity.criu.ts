/** A dump that went through the pipe is the same dump, and what CRIU restores from it is the same program. */
import { join } from 'node:path';
import { test } from 'node:test';
import { assertAgreesWithCrit } from './harness/crit.ts';
import { dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { TARGETS } from './harness/targets.ts';

for (const { name } of TARGETS) {
  test(`${name}: finds itself intact when nothing happened to it`, async (t) => {
    await assertIntact(await startTarget(t, scratchFolder(t), name));
  });
}

for (const available of releases()) {
  const { release, programs } = available;
  for (const { name, options, whyNot } of TARGETS) {
    const skip = programs === undefined ? available.skip : whyNot?.(programs);
    test(
      `${name}, CRIU ${programs?.version ?? release.name}: dump | crit-cat | crit-pack | restore`,
      { skip },
      async (t) => {
        if (programs === undefined) return;
        const scene = scratchFolder(t);
        const target = await startTarget(t, scene, name);
        await dump(programs, target, join(scene, 'dump'), options);
        await assertAgreesWithCrit(t, programs, join(scene, 'dump'));
        await shell(scene, 'crit-cat dump | crit-pack -C packed');
        await shell(scene, 'diff -r dump packed');
        await restore(programs, join(scene, 'packed'), options);
        await assertIntact(target);
      },
    );
  }
}
