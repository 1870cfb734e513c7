/** A secret in every place where a checkpoint can hold one is overwritten in each, and CRIU restores what comes out. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { dump, releases, restore } from './harness/criu.ts';
import { captureCommand, serveCommand } from './harness/live.ts';
import { scratchFolder } from './harness/scratch.ts';
import { assertGone, dumpAsEngine, renameSecretFile, SECRET, startSecret, type SecretScene } from './harness/secret.ts';
import { shell } from './harness/shell.ts';
import { judgement } from './harness/target.ts';
import { isBefore } from './harness/targets.ts';
import { until } from './harness/until.ts';

const REDACT = 'crit-redact -q -F --file patterns --encodings utf16,base64';

/** The program, which was restored, sees stars in every place. */
async function assertStars(t: TestContext, secret: SecretScene): Promise<void> {
  const { bad, saw } = await judgement(secret.target);
  assert.deepEqual(bad, []);
  assert.equal(saw.size, secret.hasTcp ? 19 : 18);
  const others = [...saw].filter(([, value]) => value !== 'stars');
  for (const [place, value] of others) t.diagnostic(`${place}: ${value}`);
  assert.deepEqual(others, []);
}

/** What makes `clean` of the dump. */
const WAYS: Readonly<Record<string, string>> = {
  'a directory by its name': `${REDACT} dump -C clean`,
  'in a pipe': `crit-cat dump | ${REDACT} | crit-pack -C clean`,
  'compressed pages': `crit compress --in-place dump; ${REDACT} dump -C clean`,
};

for (const available of releases()) {
  const { release, programs } = available;
  const version = programs?.version ?? release.name;
  for (const [way, script] of Object.entries(WAYS)) {
    const skip =
      programs === undefined
        ? available.skip
        : way === 'compressed pages' && isBefore(programs.version, [4, 3])
          ? `CRIU ${programs.version} knows no compressed pages`
          : undefined;
    test(`a secret is gone from all places, ${way}, CRIU ${version}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const secret = await startSecret(t, programs, scene);
      await dump(programs, secret.target, join(scene, 'dump'), secret.options);
      await shell(scene, script);
      await assertGone(scene, 'clean');
      renameSecretFile(secret, '*'.repeat(SECRET.length));
      await restore(programs, join(scene, 'clean'), secret.options);
      await assertStars(t, secret);
    });
  }

  const skip = programs === undefined ? available.skip : undefined;
  for (const [kind, tar, pack] of [
    ['plain', '', '--tar'],
    ['gzip', '-z', '--gzip'],
    ['zstd', '--zstd', '--zstd'],
  ] as const) {
    test(`a secret is gone from all places of an archive, ${kind}, CRIU ${version}`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const secret = await startSecret(t, programs, scene);
      await dumpAsEngine(programs, scene, secret);
      await shell(
        scene,
        `tar -C engine ${tar} -cf a.tar . && crit-cat a.tar | ${REDACT} | crit-pack ${pack} -o clean.tar`,
      );
      await shell(scene, 'mkdir clean && tar -C clean -xf clean.tar');
      await assertGone(scene, 'clean.tar', 'clean');
      renameSecretFile(secret, '*'.repeat(SECRET.length));
      await restore(programs, join(scene, 'clean/checkpoint'), secret.options);
      await assertStars(t, secret);
    });
  }

  test(`a secret is gone in flight, from a dump to a restore, CRIU ${version}`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const secret = await startSecret(t, programs, scene);
    mkdirSync(join(scene, 'live'));
    const { pid } = secret.target;
    await shell(scene, `${captureCommand(programs, secret.target, secret.options)} | ${REDACT} > lines`);
    await until(`the end of process ${pid}`, () => !existsSync(`/proc/${pid}`));
    await shell(scene, 'crit-pack -C clean lines');
    await assertGone(scene, 'clean');
    renameSecretFile(secret, '*'.repeat(SECRET.length));
    await shell(scene, `${serveCommand(programs, secret.options)} < lines`);
    await assertStars(t, secret);
  });
}
