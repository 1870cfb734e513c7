/** A container of a user who is nobody outside: CRIU opens some images as that user, and so their modes matter. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CriuError, criu, releases, restore } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, killAll, processesOf, type Target } from './harness/target.ts';
import { until } from './harness/until.ts';
import { capture } from './setup/capture.ts';
import type { Programs } from './setup/release.ts';
import { workFolder } from './setup/platform.ts';

/** Who is root inside. */
const OWNER = 100_000;

/** Starts a target in a container; its root is the folder `root` of the scene. */
async function startInside(t: TestContext, scene: string): Promise<{ init: number; target: Target }> {
  const root = join(scene, 'root');
  const home = join(root, 'home');
  mkdirSync(home, { recursive: true });
  chmodSync(scene, 0o755);
  for (const [from, to] of [
    ['userns', 'userns'],
    ['threads.static', 'threads'],
  ] as const)
    copyFileSync(join(workFolder(), 'bin', from), join(root, to));
  await shell(
    scene,
    `mkdir root/dev root/proc; mkdir -m 1777 root/tmp; mknod -m 666 root/dev/null c 1 3; chown -R ${OWNER}:${OWNER} root/home`,
  );
  const env = { CRIT_PIPE_TARGET: home };
  t.after(() => killAll(home));
  const init = Number(await capture(join(workFolder(), 'bin/userns'), [root, '/threads', '/home'], { env }));
  return { init, target: { pid: await targetIn(home), home } };
}

/** The process of the target: its init is another program. */
async function targetIn(home: string): Promise<number> {
  const find = (): number | undefined =>
    processesOf(home).find(
      (pid) => existsSync(`/proc/${pid}/comm`) && readFileSync(`/proc/${pid}/comm`, 'utf8') === 'threads\n',
    );
  await until('the target in its container', () => find() !== undefined);
  return find() ?? 0;
}

/** Its processes have other numbers outside than in the images. */
async function dumpContainer(programs: Programs, init: number, { home }: Target, folder: string): Promise<void> {
  mkdirSync(folder);
  await criu(programs, ['dump', '-t', String(init), '-D', folder, '-o', 'dump.log', '-v4']);
  await until('the end of the container', () => processesOf(home).length === 0);
}

function modesOf(folder: string): string[] {
  return readdirSync(folder).map((name) => `${name} ${(statSync(join(folder, name)).mode & 0o777).toString(8)}`);
}

for (const available of releases()) {
  const { release, programs } = available;
  const version = programs?.version ?? release.name;
  const skip = programs === undefined && available.skip;
  test(`a user namespace, CRIU ${version}: dump | crit-cat | crit-pack | restore`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const { init, target } = await startInside(t, scene);
    await dumpContainer(programs, init, target, join(scene, 'dump'));
    await shell(scene, 'crit-cat dump | crit-pack -C packed');
    await shell(scene, 'diff -r dump packed');
    assert.deepEqual(modesOf(join(scene, 'packed')), modesOf(join(scene, 'dump')));
    await restore(programs, join(scene, 'packed'), ['--root', join(scene, 'root')]);
    await assertIntact({ pid: await targetIn(target.home), home: target.home });
  });

  test(`a user namespace, CRIU ${version}: images that are for root alone are refused`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const { init, target } = await startInside(t, scene);
    await dumpContainer(programs, init, target, join(scene, 'dump'));
    await shell(scene, 'chmod 600 dump/*.img');
    await assert.rejects(
      restore(programs, join(scene, 'dump'), ['--root', join(scene, 'root')]),
      (error: unknown) => error instanceof CriuError && /utsns-\d+\.img: Permission denied/.test(error.message),
    );
  });
}
