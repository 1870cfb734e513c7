/** A secret in every place where a checkpoint can hold one is found in each of them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { dump, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { assertFound, dumpAsEngine, startSecret } from './harness/secret.ts';
import { shell } from './harness/shell.ts';
import { judgement } from './harness/target.ts';
import { isBefore } from './harness/targets.ts';

for (const available of releases()) {
  const { release, programs } = available;
  const version = programs?.version ?? release.name;
  const skip = programs === undefined ? available.skip : undefined;
  test(
    `a secret is found in all places of a directory, and is there after the restore, CRIU ${version}`,
    { skip },
    async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const secret = await startSecret(t, programs, scene);
      await dump(programs, secret.target, join(scene, 'dump'), secret.options);
      await assertFound(scene, 'dump', secret);
      if (!isBefore(programs.version, [4, 3])) {
        await shell(scene, 'cp -r dump small; crit compress --in-place small');
        await assertFound(scene, 'small', secret);
      }
      await restore(programs, join(scene, 'dump'), secret.options);
      const { bad, saw } = await judgement(secret.target);
      assert.deepEqual(bad, []);
      assert.deepEqual(new Set(saw.values()), new Set(['secret']));
      assert.equal(saw.size, secret.hasTcp ? 19 : 18);
    },
  );

  test(`a secret is found in all places of an archive, CRIU ${version}`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const secret = await startSecret(t, programs, scene);
    await dumpAsEngine(programs, scene, secret);
    for (const [name, option] of [
      ['a.tar', ''],
      ['a.tar.gz', '-z'],
      ['a.tar.zst', '--zstd'],
    ]) {
      await shell(scene, `tar -C engine ${option} -cf ${name} .`);
      await assertFound(scene, name ?? '', secret, true);
    }
  });
}
