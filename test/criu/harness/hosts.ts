/** Two hosts on one machine: networks of their own with a cable between them, and sshd, which has its own pids and mounts. */
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
  /** The options of ssh on the near host; with them, and the far one. */
  readonly sshOptions: string;
  readonly ssh: string;
  readonly nearAddress: string;
  readonly farAddress: string;
  /** A command that cuts the cable, and one that mends it. */
  readonly cut: string;
  readonly mend: string;
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

/** Makes them in a scene, with sshd on the far one; they go with the test. */
export async function twoHosts(t: TestContext, scene: string): Promise<Hosts> {
  const hosts = await connectHosts(t, scene);
  await startSshd(t, scene, hosts, 'far');
  return hosts;
}

/** Makes them without sshd. */
export async function connectHosts(t: TestContext, scene: string): Promise<Hosts> {
  const name = basename(scene).toLowerCase();
  const [near, far] = [`near-${name}`, `far-${name}`];
  const [nearAddress, farAddress] = ['10.77.0.1', '10.77.0.2'];
  t.after(() => capture('sh', ['-c', `ip netns del ${near}; ip netns del ${far}; true`]));
  await shell(
    scene,
    `mkdir -p /run/sshd
     for host in ${near} ${far}; do ip netns add $host; ip -n $host link set lo up; done
     ip link add cable netns ${near} type veth peer name cable netns ${far}
     ip -n ${near} addr add ${nearAddress}/24 dev cable; ip -n ${near} link set cable up
     ip -n ${far} addr add ${farAddress}/24 dev cable; ip -n ${far} link set cable up
     for key in user host; do ssh-keygen -q -t ed25519 -N '' -f $key; done
     printf '%s' '${SSHD_CONFIG}' > sshd_config
     printf 'HostKey %s\\nAuthorizedKeysFile %s\\n' "$PWD/host" "$PWD/user.pub" >> sshd_config`,
  );
  const sshOptions = `-i ${join(scene, 'user')} -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=2 -o ServerAliveInterval=1 -o ServerAliveCountMax=2`;
  return {
    near: ['nsenter', `--net=/run/netns/${near}`],
    far: ['nsenter', `--net=/run/netns/${far}`],
    sshOptions,
    ssh: `ssh ${sshOptions} root@${farAddress}`,
    nearAddress,
    farAddress,
    cut: `ip -n ${near} link set cable down`,
    mend: `ip -n ${near} link set cable up`,
  };
}

/** Starts sshd on a host, after a command that may mount what is to be there alone. */
export async function startSshd(
  t: TestContext,
  scene: string,
  hosts: Hosts,
  which: 'near' | 'far',
  mount = 'true',
): Promise<void> {
  const [command = '', ...words] = hosts[which];
  const sshd = `${mount} && exec /usr/sbin/sshd -D -f ${join(scene, 'sshd_config')} -E ${join(scene, 'sshd.log')}`;
  const apart = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', 'sh', '-c', sshd];
  const daemon = spawn(command, [...words, ...apart], { stdio: 'ignore' });
  t.after(() => daemon.kill('SIGKILL'));
  const hello = `${hosts.near.join(' ')} ssh ${hosts.sshOptions} root@${hosts[`${which}Address`]} true`;
  await until('sshd', () => spawnSync('sh', ['-c', hello]).status === 0);
}
