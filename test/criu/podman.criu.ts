/** A container of Podman is checkpointed, its archive edited, and `podman container restore --import` makes of it another one. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { releases } from './harness/criu.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { until } from './harness/until.ts';

const RUNTIMES = ['runc', 'crun'];
const GROUP = 'crit-pipe-podman';

/** Counts into a file of a mounted directory. */
const PROGRAM = `#include <stdio.h>
#include <unistd.h>
int main(void)
{
	for (int count = 0;; count++) {
		FILE *file = fopen("/data/count", "w");
		if (file == NULL)
			return 1;
		fprintf(file, "%d\\n", count);
		fclose(file);
		usleep(20000);
	}
}
`;

function has(tool: string): boolean {
  return spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin; command -v ${tool}`]).status === 0;
}

/** Whether a runtime was built for checkpoints. */
function canCheckpoint(runtime: string): boolean {
  return spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin; ${runtime} checkpoint --help`]).status === 0;
}

/** Removes the groups that Podman made, in every hierarchy; they are busy until the last process in them is gone. */
async function removeGroups(): Promise<void> {
  const left = (): string[] =>
    readdirSync('/sys/fs/cgroup')
      .map((hierarchy) => join('/sys/fs/cgroup', hierarchy, GROUP))
      .filter((group) => existsSync(group));
  await until('the end of the groups of Podman', () => {
    for (const group of left()) spawnSync('find', [group, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', ';']);
    return left().length === 0;
  });
}

for (const available of releases()) {
  const { release, programs } = available;
  for (const runtime of RUNTIMES) {
    const missing = ['podman', runtime].find((tool) => !has(tool));
    const skip =
      programs === undefined
        ? available.skip
        : missing !== undefined
          ? `${missing} is missing`
          : !canCheckpoint(runtime) && `this ${runtime} makes no checkpoints`;
    test(
      `an edited archive of Podman with ${runtime}, CRIU ${programs?.version ?? release.name}`,
      { skip },
      async (t) => {
        if (programs === undefined) return;
        const scene = scratchFolder(t);
        // Runtimes find CRIU by its name.
        const [file, ...first] = programs.criu;
        const words = [file, ...first].map((word) => `'${word}'`).join(' ');
        writeFileSync(join(scene, 'criu'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
        writeFileSync(join(scene, 'program.c'), PROGRAM);
        const podman = `PATH=$PWD:$PATH:/usr/sbin podman --root $PWD/root --runroot $PWD/run --tmpdir $PWD/tmp --storage-driver vfs --cgroup-manager cgroupfs --events-backend none --runtime ${runtime}`;
        // The folder can go only when nothing is mounted in it any more.
        try {
          await shell(
            scene,
            `mkdir -p image/bin image/dev image/proc image/sys image/etc image/data data
         gcc -static -o image/bin/program program.c
         tar -C image -c . | ${podman} import -q - image:1
         ${podman} run -d --name before --network none --cgroup-parent /${GROUP} --hostname before --env FRUIT=apple -v $PWD/data:/data \\
           --security-opt seccomp=unconfined --ulimit nofile=500:500 --ulimit nproc=500:500 image:1 /bin/program
         until [ -s data/count ]; do sleep 0.1; done
         ${podman} container checkpoint -e $PWD/before.tar before
         ${podman} rm -f before
         mv data moved
         crit-edit --hostname after --env FRUIT=pear --comm 1=renamed --path "$PWD/data=$PWD/moved" before.tar | crit-pack --tar -o after.tar
         ${podman} container restore --import $PWD/after.tar --name after`,
          );
          const counted = Number(readFileSync(join(scene, 'moved/count'), 'utf8'));
          const inspected = await shell(
            scene,
            `${podman} inspect after --format '{{.State.Pid}} {{.Config.Hostname}} {{(index .Mounts 0).Source}} {{.Config.Env}}'`,
          );
          const [pid = '', hostname, source, ...environment] = inspected.trim().split(/[ [\]]+/);
          assert.deepEqual([hostname, source], ['after', join(scene, 'moved')]);
          assert.ok(environment.includes('FRUIT=pear') && environment.includes('HOSTNAME=after'), inspected);
          assert.equal(readFileSync(`/proc/${pid}/comm`, 'utf8'), 'renamed\n');
          assert.ok(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes('FRUIT=pear'));
          assert.equal(await shell(scene, `nsenter --uts=/proc/${pid}/ns/uts hostname`), 'after\n');
          await shell(scene, `until [ "$(cat moved/count)" -gt ${counted + 3} ]; do sleep 0.1; done`);
        } finally {
          await shell(scene, `${podman} rm -fa`);
          await removeGroups();
        }
      },
    );
  }
}
