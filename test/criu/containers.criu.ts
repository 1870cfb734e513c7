/**
 * A container from a dump to a restore with no file between: its pids, mounts, network, IPC and host name are its own, and the
 * contents of its tmpfs, its routes and its iptables go through pipes from and to tar, ip and iptables.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { releases } from './harness/criu.ts';
import { whyNoContainers, startContainer } from './harness/container.ts';
import { captureCommand, serveCommand } from './harness/live.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact } from './harness/target.ts';

const OPTIONS = ['--manage-cgroups=ignore'];

for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined ? available.skip : whyNoContainers();
  test(
    `a container, CRIU ${programs?.version ?? release.name}: crit-capture | crit-filter | crit-serve`,
    { skip },
    async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const container = await startContainer(t, scene);
      const restore = [...OPTIONS, '--root', container.home, '--pidfile', join(scene, 'pid')];
      const dump = captureCommand(programs, container, OPTIONS);
      await shell(scene, 'mount --bind home home; mount --make-private home');
      try {
        await shell(scene, `${dump} | crit-filter true | tee lines | ${serveCommand(programs, restore)} 2> said`);
      } finally {
        await shell(scene, 'umount -l home');
      }
      const kinds = new Set(readFileSync(join(scene, 'lines'), 'latin1').match(/(?<="image":")[a-z4-9]+(?:-[a-z]+)*/g));
      for (const kind of ['tmpfs-dev', 'route', 'ifaddr', 'iptables', 'netdev', 'utsns', 'ipcns-shm', 'mountpoints']) {
        assert.ok(kinds.has(kind), `${kind} is among ${[...kinds].join(' ')}`);
      }
      const others = readdirSync(join(scene, 'live')).filter(
        (file) => !/^(?:stats-.*|(?:dump|restore)\.log)$/.test(file),
      );
      assert.deepEqual(others, [], 'no image was on disk');
      const pid = Number(readFileSync(join(scene, 'pid'), 'latin1'));
      const enter = `nsenter --net=/proc/${pid}/ns/net`;
      const rules = await shell(scene, `${enter} iptables-legacy-save; ${enter} iptables-nft-save`);
      assert.match(rules, /-A INPUT -p tcp -m tcp --dport 4711 -j DROP/);
      // What CRIU does not take from a stream is told.
      assert.doesNotMatch(rules, /--dport 4712/);
      assert.match(readFileSync(join(scene, 'said'), 'latin1'), /nftables-\d+\.img: CRIU reads no rules of nftables/);
      await assertIntact({ ...container, pid });
    },
  );
}
