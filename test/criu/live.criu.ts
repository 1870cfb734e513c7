/** From a dump to a restore with no file between: the same program, or the same with an edit. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dump, releases } from './harness/criu.ts';
import { captureCommand, serveCommand } from './harness/live.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, judgement, startTarget } from './harness/target.ts';
import { TARGETS, whyNoInternet } from './harness/targets.ts';

/** What fails at times without a stream as well. */
const UNSURE = /^IPv[46]: and is open the other way$/;

function assertNoImages(folder: string): void {
  const others = readdirSync(folder).filter((file) => !/^(?:stats-.*|(?:dump|restore)\.log)$/.test(file));
  assert.deepEqual(others, [], 'no image was on disk');
}

for (const available of releases()) {
  const { release, programs } = available;
  const version = programs?.version ?? release.name;
  for (const { name, options, whyNot } of TARGETS) {
    const skip = programs === undefined ? available.skip : whyNot?.(programs);
    test(`${name}, CRIU ${version}: crit-capture | crit-filter | crit-serve`, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, name);
      mkdirSync(join(scene, 'live'), { mode: 0o700 });
      const parts = [captureCommand(programs, target, options), 'crit-filter true', serveCommand(programs, options)];
      await shell(scene, parts.join(' | '));
      assertNoImages(join(scene, 'live'));
      const { ok, bad } = await judgement(target);
      for (const what of bad.filter((each) => UNSURE.test(each))) t.diagnostic(`bad: ${what}`);
      assert.deepEqual(
        bad.filter((what) => !UNSURE.test(what)),
        [],
      );
      assert.ok(ok.length > 0);
    });
  }

  const skip = programs === undefined ? available.skip : whyNoInternet(programs);
  for (const withPort of [false, true]) {
    const what = withPort ? 'a path, a name and a port' : 'a path and a name';
    test(
      `${what} are edited in flight, CRIU ${version}`,
      { skip: withPort ? skip : programs === undefined },
      async (t) => {
        if (programs === undefined) return;
        const scene = scratchFolder(t);
        const target = await startTarget(t, scene, 'service', withPort ? { PORT: '7001' } : {});
        const options = withPort ? ['--tcp-established', '--network-lock', 'nftables'] : [];
        mkdirSync(join(scene, 'live'), { mode: 0o700 });
        await shell(
          scene,
          `cp -p home/service.log home/moved.log
         ${captureCommand(programs, target, options)} |
           crit-edit --path "$PWD/home/service.log=$PWD/home/moved.log" ${withPort ? '--port tcp:7001:7002' : ''} |
           crit-map -m CORE 'if (entry.tc?.comm === "service") entry.tc.comm = "moved"' |
           ${serveCommand(programs, options)}`,
        );
        assertNoImages(join(scene, 'live'));
        const { saw } = await assertIntact(target);
        assert.equal(saw.get('log'), join(scene, 'home/moved.log'));
        assert.equal(saw.get('name'), 'moved');
        if (withPort) assert.equal(saw.get('listener port'), '7002');
      },
    );
  }

  test(`secrets are overwritten in flight, CRIU ${version}`, { skip: programs === undefined }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    const target = await startTarget(t, scene, 'service', { FRUIT: 'apple' });
    mkdirSync(join(scene, 'live'), { mode: 0o700 });
    const redact = `crit-redact --text 'hello from before' --env FRUIT`;
    await shell(scene, `${captureCommand(programs, target, [])} | ${redact} | ${serveCommand(programs, [])}`);
    assertNoImages(join(scene, 'live'));
    const { saw } = await assertIntact(target);
    assert.equal(saw.get('greeting'), '***************** the dump');
    assert.equal(saw.get('FRUIT'), '*****');
  });

  const skipArchive = programs === undefined ? available.skip : false;
  // A plain one is read where it lies: it needs no place for what is large.
  for (const [archive, pack, from] of [
    ['a.tar', 'cat', '--tmp nowhere --from a.tar'],
    ['a.tar.zst', 'zstd -q', '--from a.tar.zst'],
  ] as const) {
    test(`${archive} is restored without unpacking it, CRIU ${version}`, { skip: skipArchive }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const target = await startTarget(t, scene, 'processes');
      await dump(programs, target, join(scene, 'checkpoint'), []);
      await shell(
        scene,
        `tar -cf - checkpoint | ${pack} > ${archive}; rm -r checkpoint; ${serveCommand(programs, [], from)}`,
      );
      assertNoImages(join(scene, 'live'));
      await assertIntact(target);
    });
  }
}
