/** A container of runc, live: runc drives CRIU itself, and a line of its configuration makes that stream. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { releases } from './harness/criu.ts';
import { twoHosts, whyNoHosts } from './harness/hosts.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { isBefore } from './harness/targets.ts';
import { until } from './harness/until.ts';
import type { Programs } from './setup/release.ts';

/** Writes into a file of its root how often it has done so. */
const PROGRAM = `
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void)
{
	for (int i = 1;; i++) {
		char text[32];
		int file = open("/count", O_WRONLY | O_CREAT | O_TRUNC, 0600), length = snprintf(text, sizeof text, "%d\\n", i);
		if (write(file, text, (size_t)length) != length || close(file) != 0)
			return 1;
		usleep(20000);
	}
}
`;

/** What runc is told: `runc spec`, with the program, and with where CRIU finds its options. */
function bundle(scene: string): string {
  const configuration = join(scene, 'criu.conf');
  writeFileSync(configuration, 'stream\n');
  writeFileSync(join(scene, 'count.c'), PROGRAM);
  return `
    mkdir -p box/rootfs/proc box/rootfs/dev box/rootfs/sys; gcc -static -O2 -o box/rootfs/count-up count.c
    runc spec -b box; jq '.process.terminal = false | .process.args = ["/count-up"] | .root.readonly = false | del(.linux.seccomp)
      | .linux.namespaces |= map(select(.type != "cgroup")) | .annotations = { "org.criu.config": "${configuration}" }' \\
      box/config.json > config.json; mv config.json box/config.json`;
}

const BIN = [fileURLToPath(new URL('../../bin', import.meta.url)), dirname(process.execPath), process.env['PATH']].join(
  delimiter,
);

const hasRunc = spawnSync('sh', ['-c', 'PATH=$PATH:/usr/sbin; command -v runc && command -v jq']).status === 0;

function whyNot({ version }: Programs): string | false {
  if (!hasRunc) return 'runc or jq is not installed';
  // It ends before it has opened its log.
  return isBefore(version, [4, 2]) && `CRIU ${version} cannot be told to stream in its configuration`;
}

/** What is in a scene before anything runs. */
function prepare(scene: string, programs: Programs): void {
  for (const name of ['bin', 'live', 'far']) mkdirSync(join(scene, name), { mode: 0o700 });
  writeFileSync(join(scene, 'bin/criu'), `#!/bin/sh\nexec ${programs.criu.join(' ')} "$@"\n`, { mode: 0o755 });
}

/** How often the program of a scene has written. */
function countOf(scene: string): () => number {
  return () => Number(readFileSync(join(scene, 'box/rootfs/count'), 'latin1'));
}

/** Whether a crit-serve, or the shell that waits for it, still runs in a scene. */
function isServing(scene: string): boolean {
  const words = spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout.split('\n');
  return words.some((line) => line.includes('crit-serve far') && line.includes(scene));
}

/** runc with a folder for its state. */
const setupOf = (state: string): string =>
  `export PATH=$PWD/bin:$PATH:/usr/sbin; runc() { command runc --root "$PWD/${state}" "$@"; }`;
const setup = setupOf('state');

for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined ? available.skip : whyNot(programs);
  test(`a container of runc, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
    if (programs === undefined) return;
    const scene = scratchFolder(t);
    prepare(scene, programs);
    const count = countOf(scene);
    try {
      const far = `exec 3<&0; crit-serve far <&3 & until test -S far/streamer-serve.sock; do sleep 0.05; done
        cp live/descriptors.json far; runc restore -d --image-path "$PWD/far" -b box two < /dev/null > restored 2>&1 && echo taken`;
      await shell(
        scene,
        `${setup}; ${bundle(scene)}; runc run -d -b box one < /dev/null > /dev/null 2>&1
         until test -s box/rootfs/count; do sleep 0.05; done; mkfifo back
         crit-capture --confirm back live 2> told | ( ${far} ) > back 2> /dev/null & until grep -q start: told; do sleep 0.05; done
         runc checkpoint --leave-running --image-path "$PWD/live" one < /dev/null && wait $! && runc kill one KILL
         until runc list | grep -q 'one .* stopped'; do sleep 0.05; done`,
      );
      const before = count();
      await until('the container counts on', () => count() > before);
      assert.deepEqual(readdirSync(join(scene, 'live')).toSorted(), ['descriptors.json', 'dump.log', 'stats-dump']);
    } finally {
      await shell(scene, `${setup}; runc delete -f one; runc delete -f two; true`);
    }
  });
}

/** runc restores in the network and with the pids of another host; its own file of descriptors is sent beside the lines. */
for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined ? available.skip : whyNot(programs) || (whyNoHosts() ?? false);
  const version = programs?.version ?? release.name;
  for (const isCut of [false, true])
    test(
      `a container of runc ${isCut ? 'stays where its lines are cut on the way' : 'moves'} to another host, CRIU ${version}`,
      { skip },
      async (t) => {
        if (programs === undefined) return;
        const scene = scratchFolder(t);
        prepare(scene, programs);
        const count = countOf(scene);
        const hosts = await twoHosts(t, scene);
        const ssh = `${hosts.near.join(' ')} ${hosts.ssh}`;
        const there = `cd ${scene}; PATH=${BIN}; ${setupOf('state-far')}`;
        const far = `set -o pipefail; exec 3<&0; zstd -dq <&3 | crit-serve far & serve=$!
      while kill -0 $serve && ! { test -S far/streamer-serve.sock && test -s far/descriptors.json; }; do sleep 0.05; done
      runc restore -d --image-path "$PWD/far" -b box two < /dev/null > restored 2>&1 && wait $serve && echo taken`;
        try {
          const moved = shell(
            scene,
            `${setup}; ${bundle(scene)}; runc run -d -b box one < /dev/null > /dev/null 2>&1
         until test -s box/rootfs/count; do sleep 0.05; done; mkfifo back
         crit-capture --confirm back live 2> told ${isCut ? '| head -c 100000 ' : ''}| zstd -q | ${ssh} '${there}; ${far}' > back 2> far.told &
         capture=$!; until grep -q start: told; do sleep 0.05; done
         runc checkpoint --leave-running --image-path "$PWD/live" one < /dev/null & checkpoint=$!
         while kill -0 $checkpoint && ! test -s live/descriptors.json; do sleep 0.05; done
         ${ssh} 'cd ${scene}; cat > far/descriptors.json' < live/descriptors.json
         wait $checkpoint && wait $capture && { runc kill one KILL; until runc list | grep -q 'one .* stopped'; do sleep 0.05; done; }`,
          );
          if (isCut) await assert.rejects(moved);
          else await moved;
          const lists = {
            here: await shell(scene, `${setup}; runc list`),
            there: await shell(scene, `${ssh} '${there}; runc list'`),
          };
          assert.match(isCut ? lists.here : lists.there, /^(?:one|two) .* running /m);
          assert.doesNotMatch(isCut ? lists.there : lists.here, /running/);
          if (isCut) {
            assert.match(readFileSync(join(scene, 'told'), 'utf8'), /^crit-capture: .*(?:"taken"|reader has gone)/m);
            await until('the end of all that ran there', () => !isServing(scene));
          }
          const before = count();
          await until('the container counts on', () => count() > before);
        } finally {
          await shell(scene, `${setup}; ${ssh} '${there}; runc delete -f two' 2> /dev/null; runc delete -f one; true`);
        }
      },
    );
}
