/** A container that is a target: it has namespaces of its own, and its root is its home. */
import { spawnSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { startTarget, type Target } from './target.ts';

const TOOLS = ['ip', 'iptables-legacy', 'iptables-nft', 'tar', 'unshare', 'nsenter'];

/** Why there cannot be containers here, or undefined where there can. */
export function whyNoContainers(): string | undefined {
  const missing = TOOLS.filter(
    (tool) => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin; command -v ${tool}`]).status !== 0,
  );
  return missing.length > 0 ? `missing: ${missing.join(', ')}` : undefined;
}

/** Starts one in a scene; its pid is that outside. */
export async function startContainer(t: TestContext, scene: string): Promise<Target> {
  // The program has to lie where the container sees it, and the tools are those of the host. The next process is the first one.
  const network = `
    ip link set lo up; ip link add left type veth peer name right; ip link set left up; ip link set right up
    ip addr add 10.78.0.1/24 dev left; ip route add 10.79.0.0/16 via 10.78.0.2 dev left
    iptables-legacy -A INPUT -p tcp --dport 4711 -j DROP; iptables-nft -A INPUT -p tcp --dport 4712 -j DROP
    exec unshare --pid ./program "$0"`;
  const enter = `cp "$0" "$1/program"; cd "$1"; exec unshare --mount --net --ipc --uts sh -ec '${network}' "$1"`;
  return startTarget(t, scene, 'container', {}, ['sh', '-ec', enter]);
}
