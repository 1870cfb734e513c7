/** An array job of Slurm over shards of a dump, as docs/scale.md shows it, with the daemons of a cluster of one machine. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { codeBlocks } from '../docs/markdown.ts';
import { fixture } from '../fixtures.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { until } from './harness/until.ts';

const TOOLS = ['ip', 'munged', 'slurmctld', 'slurmd', 'sbatch', 'sinfo', 'zstd'];

function whyNot(): string | undefined {
  const missing = TOOLS.filter(
    (tool) => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin; command -v ${tool}`]).status !== 0,
  );
  return missing.length > 0 ? `missing: ${missing.join(', ')}` : undefined;
}

function configuration(scene: string): string {
  return `ClusterName=one
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
AuthType=auth/munge
AuthInfo=socket=${scene}/munge/socket
SlurmUser=root
StateSaveLocation=${scene}/state
SlurmdSpoolDir=${scene}/spool
SlurmctldPidFile=${scene}/slurmctld.pid
SlurmdPidFile=${scene}/slurmd.pid
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0
NodeName=localhost NodeAddr=127.0.0.1 CPUs=4 State=UNKNOWN
PartitionName=one Nodes=localhost Default=YES
`;
}

/** Starts the daemons, which go with the test. */
async function startSlurm(t: TestContext, scene: string): Promise<void> {
  for (const name of ['munge', 'state', 'spool']) mkdirSync(join(scene, name), { mode: 0o700 });
  writeFileSync(join(scene, 'munge/key'), Buffer.alloc(128, 'k'), { mode: 0o400 });
  writeFileSync(join(scene, 'slurm.conf'), configuration(scene));
  const munge = ['key-file', 'socket', 'pid-file', 'log-file', 'seed-file'].map(
    (name) => `--${name}=${join(scene, 'munge', name.replace('-file', ''))}`,
  );
  // Names are resolved only where there is an address other than the loopback's first.
  await shell(scene, 'PATH=$PATH:/usr/sbin; ip addr add 127.0.0.2/8 dev lo 2> told || grep exists told');
  const env = { ...process.env, SLURM_CONF: join(scene, 'slurm.conf') };
  const daemons = [
    ['munged', '--foreground', '--force', ...munge],
    ['slurmctld', '-D', '-c'],
    ['slurmd', '-D', '-N', 'localhost'],
  ].map(([name = '', ...words]) => spawn(`/usr/sbin/${name}`, words, { stdio: 'ignore', env }));
  t.after(() => daemons.toReversed().forEach((daemon) => daemon.kill('SIGKILL')));
  await until('Slurm', () => String(spawnSync('sinfo', ['-h', '-o', '%T'], { env }).stdout).trim() === 'idle');
}

test('an array job over shards of a dump', { skip: whyNot() }, async (t) => {
  const scene = scratchFolder(t);
  const texts = codeBlocks('docs/scale.md').map(({ text }) => text);
  const batch = texts.find((text) => text.includes('#SBATCH'));
  const command = texts.find((text) => text.startsWith('sbatch '));
  assert.ok(batch !== undefined && command !== undefined);
  cpSync(fixture('real/procs'), join(scene, 'dump'), { recursive: true });
  writeFileSync(join(scene, 'shards.sbatch'), batch);
  await startSlurm(t, scene);
  await shell(scene, `export SLURM_CONF=$PWD/slurm.conf; timeout 60 ${command}`);
  await shell(scene, 'diff -r dump joined; test "$(ls part-*.zst | wc -l)" = 4');
});
