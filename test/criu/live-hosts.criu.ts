/** From one host to another through ssh: the service answers there again; where the link is cut, it goes on answering here. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { releases } from './harness/criu.ts';
import { twoHosts, whyNoHosts } from './harness/hosts.ts';
import { captureWords } from './harness/live.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { whyNoInternet } from './harness/targets.ts';
import { until } from './harness/until.ts';

const PATH = [
  fileURLToPath(new URL('../../bin', import.meta.url)),
  dirname(process.execPath),
  process.env['PATH'],
].join(delimiter);

/** What the service at an address says, from the network of a host. */
async function answer(scene: string, host: readonly string[], address: string): Promise<string> {
  return shell(scene, `${host.join(' ')} timeout 5 bash -c 'exec 3<>/dev/tcp/${address}/7003; cat <&3'`);
}

for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined ? available.skip : (whyNoInternet(programs) ?? whyNoHosts());
  for (const isCut of [false, true]) {
    const title = `${isCut ? 'the link to another host is cut' : 'a service moves to another host'}, CRIU ${programs?.version ?? release.name}`;
    test(title, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const hosts = await twoHosts(t, scene);
      const target = await startTarget(t, scene, 'answering', { PORT: '7003' }, hosts.near);
      assert.equal(await answer(scene, hosts.near, '127.0.0.1'), 'answer 1\n');
      const [command, ...words] = captureWords(programs, target, ['--tcp-established', '--network-lock', 'skip']);
      const restore = [...programs.criu, 'restore', '-d', '-o', 'restore.log', '-v4', '--tcp-established'].join(' ');
      const cut = isCut ? `{ head -c 20000000; ${hosts.cut}; cat; } |` : '';
      const line = `mkfifo back
        ${hosts.near.join(' ')} ${[command, '--confirm', 'back', ...words].join(' ')} | zstd -q | ${cut}
          ${hosts.near.join(' ')} ${hosts.ssh} 'cd ${scene}; PATH=${PATH}; set -o pipefail; zstd -dq | crit-serve far -- ${restore} && echo taken' > back`;
      if (isCut) {
        await assert.rejects(
          shell(scene, line),
          /crit-capture: .*(?:the far end has not said "taken"|reader has gone)/,
        );
        assert.ok(!existsSync(join(scene, 'far/restore.log')), 'CRIU was not started there');
        assert.equal(await answer(scene, hosts.near, '127.0.0.1'), 'answer 2\n');
        const { saw } = await assertIntact(target);
        assert.equal(saw.get('answers'), '2');
        const isLeft = (): boolean =>
          readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && existsSync(`/proc/${pid}/cwd/sshd_config`));
        await until('the end of all that ran there', () => !isLeft());
        assert.ok(!existsSync(join(scene, 'far')), 'nothing is left there');
      } else {
        await shell(scene, line);
        assert.ok(!existsSync(`/proc/${target.pid}`), 'it is gone here');
        assert.equal(await answer(scene, hosts.near, hosts.farAddress), 'answer 2\n');
        assert.equal(await answer(scene, hosts.far, '127.0.0.1'), 'answer 3\n');
      }
    });
  }
}

/** With --leave-stopped CRIU has ended when the far end is asked. */
for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined ? available.skip : whyNoHosts();
  for (const isTaken of [true, false]) {
    const title = `processes that CRIU leaves stopped ${isTaken ? 'are killed when they run on another host' : 'go on when they do not run there'}, CRIU ${programs?.version ?? release.name}`;
    test(title, { skip }, async (t) => {
      if (programs === undefined) return;
      const scene = scratchFolder(t);
      const hosts = await twoHosts(t, scene);
      const target = await startTarget(t, scene, 'service', {}, hosts.near);
      const [command, ...words] = captureWords(programs, target, ['--leave-stopped']);
      const restore = [...programs.criu, 'restore', '-d', '-o', 'restore.log', '-v4'].join(' ');
      const far = isTaken ? `crit-serve far -- ${restore}` : `{ cat > /dev/null; echo no room >&2; exit 3; }`;
      const line = `mkfifo back
        ${hosts.near.join(' ')} ${[command, '--confirm', 'back', ...words].join(' ')} | zstd -q |
          ${hosts.near.join(' ')} ${hosts.ssh} 'cd ${scene}; PATH=${PATH}; set -o pipefail; zstd -dq | ${far} && echo taken' > back`;
      if (isTaken) {
        await shell(scene, line);
        assert.ok(!existsSync(`/proc/${target.pid}`), 'it is gone here');
        const moved = readdirSync('/proc').find(
          (pid) => /^\d+$/.test(pid) && readEnvironment(pid).includes(`CRIT_PIPE_TARGET=${target.home}`),
        );
        assert.ok(moved !== undefined, 'it is there');
        await assertIntact({ ...target, pid: Number(moved) });
      } else {
        await assert.rejects(shell(scene, line), /no room[^]*crit-capture: .*the far end has not said "taken"/);
        await assertIntact(target);
      }
    });
  }
}

function readEnvironment(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    // It has just ended.
    return [];
  }
}
