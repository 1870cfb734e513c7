/** From a dump to a restore with no file between: the same program. */
import { mkdirSync, readdirSync } from 'node:fs';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { releases } from './harness/criu.ts';
import { captureCommand, serveCommand } from './harness/live.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { TARGETS } from './harness/targets.ts';

for (const available of releases()) {
  const { release, programs } = available;
  for (const { name, options, whyNot } of TARGETS) {
    const skip = programs === undefined ? available.skip : whyNot?.(programs);
    const title = `${name}, CRIU ${programs?.version ?? release.name}: crit-capture | crit-filter | crit-serve`;
    test(title, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, name);
      mkdirSync(join(scene, 'live'), { mode: 0o700 });
      await shell(
        scene,
        [captureCommand(programs, target, options), 'crit-filter true', serveCommand(programs, options)].join(' | '),
      );
      assert.deepEqual(
        readdirSync(join(scene, 'live')).filter((file) => !/^(?:stats-.*|(?:dump|restore)\.log)$/.test(file)),
        [],
        'no image was on disk',
      );
      await assertIntact(target);
    });
  }
}
