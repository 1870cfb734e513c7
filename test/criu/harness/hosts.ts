/** Two hosts on one machine: networks of their own with a cable between them, and sshd on the far one, which has its own pids. */
import { spawn, spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { capture } from '../setup/capture.ts';
import { shell } from './shell.ts';
import { until } from './until.ts';

export interface Hosts {
  /** What runs a command in the network of a host. */
  readonly near: readonly string[];
  readonly far: readonly string[];
  /** The options of ssh on the near host, and the far one. */
  readonly ssh: string;
  readonly farAddress: string;
  /** A command that cuts the cable. */
  readonly cut: string;
}

const TOOLS = ['ip', 'nsenter', 'sshd', 'ssh', 'ssh-keygen', 'zstd'];

/** Why there cannot be two hosts here, or undefined where there can. */
export function whyNoHosts(): string | undefined {
  const missing = TOOLS.filter(
    (tool) => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin; command -v ${tool}`]).status !== 0,
  );
  return missing.length > 0 ? `missing: ${missing.join(', ')}` : undefined;
}

const SSHD_CONFIG = `Port 22
PermitRootLogin yes
StrictModes no
UsePAM no
PidFile none
ClientAliveInterval 1
ClientAliveCountMax 2
`;

/** Makes them in a scene; they go with the test. */
export async function twoHosts(t: TestContext, scene: string): Promise<Hosts> {
  const name = basename(scene).toLowerCase();
  const [near, far] = [`near-${name}`, `far-${name}`];
  t.after(() => capture('sh', ['-c', `ip netns del ${near}; ip netns del ${far}; true`]));
  await shell(
    scene,
    `mkdir -p /run/sshd
     for host in ${near} ${far}; do ip netns add $host; ip -n $host link set lo up; done
     ip link add cable netns ${near} type veth peer name cable netns ${far}
     ip -n ${near} addr add 10.77.0.1/24 dev cable; ip -n ${near} link set cable up
     ip -n ${far} addr add 10.77.0.2/24 dev cable; ip -n ${far} link set cable up
     for key in user host; do ssh-keygen -q -t ed25519 -N '' -f $key; done
     printf '%s' '${SSHD_CONFIG}' > sshd_config
     printf 'HostKey %s\\nAuthorizedKeysFile %s\\n' "$PWD/host" "$PWD/user.pub" >> sshd_config`,
  );
  const enter = (host: string): string[] => ['nsenter', `--net=/run/netns/${host}`];
  const daemon = spawn(
    'nsenter',
    [
      ...enter(far).slice(1),
      'unshare',
      '--pid',
      '--fork',
      '--kill-child',
      '--mount-proc',
      '/usr/sbin/sshd',
      '-D',
      '-f',
      join(scene, 'sshd_config'),
      '-E',
      join(scene, 'sshd.log'),
    ],
    { stdio: 'ignore' },
  );
  t.after(() => daemon.kill('SIGKILL'));
  const options = `-i ${join(scene, 'user')} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ServerAliveInterval=1 -o ServerAliveCountMax=2`;
  const ssh = `ssh ${options} root@10.77.0.2`;
  await until('sshd', () => spawnSync('sh', ['-c', `${enter(near).join(' ')} ${ssh} true`]).status === 0);
  return { near: enter(near), far: enter(far), ssh, farAddress: '10.77.0.2', cut: `ip -n ${near} link set cable down` };
}
