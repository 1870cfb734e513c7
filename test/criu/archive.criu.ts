/** What CRIU restores from an archive that went through the pipe is the same program. */
import { join } from 'node:path';
import { test } from 'node:test';
import { dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { TARGETS } from './harness/targets.ts';

/** As engines lay it out: the images in a folder of their own. */
const WAYS: Readonly<Record<string, string>> = {
  'plain, unpacked by crit-pack': 'tar -cf a.tar checkpoint && crit-cat a.tar | crit-pack -C packed',
  'gzip, packed and unpacked by tar':
    'tar -czf a.tar checkpoint && crit-cat a.tar | crit-pack --gzip -o b.tar && mkdir packed && tar -xf b.tar -C packed',
  'zstd, packed by crit-pack and unpacked by it':
    'crit-cat checkpoint | sed \'s|^{"image":"|&checkpoint/|\' | crit-pack --zstd -o b.tar && crit-cat b.tar | crit-pack -C packed',
};

for (const available of releases()) {
  const { release, programs } = available;
  for (const { name, options, whyNot } of TARGETS.slice(0, 2)) {
    for (const [way, script] of Object.entries(WAYS)) {
      const skip = programs === undefined ? available.skip : whyNot?.(programs);
      const title = `${name}, CRIU ${programs?.version ?? release.name}: ${way}`;
      test(title, { skip }, async (t) => {
        if (programs === undefined) return;
        const scene = scratchFolder(t);
        const target = await startTarget(t, scene, name);
        await dump(programs, target, join(scene, 'checkpoint'), options);
        await shell(scene, script);
        await shell(scene, 'diff -r checkpoint packed/checkpoint');
        await restore(programs, join(scene, 'packed/checkpoint'), options);
        await assertIntact(target);
      });
    }
  }
}
