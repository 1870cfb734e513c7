/** What the processes have of a system around them: rights, namespaces, cgroups, networks, and what is left outside. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { readNetworks, type Network } from '../network/networks.ts';
import type { Unusual } from '../unusual.ts';
import { cgroupPlaces, cgroupsOf, type Cgroup, type CgroupPlace } from './cgroups.ts';
import { credentialsOf, type Credentials } from './credentials.ts';
import { externalOf, type External } from './external.ts';
import { namespacesOf, type Namespace } from './namespaces.ts';

export interface System {
  readonly credentials: readonly Credentials[];
  readonly namespaces: readonly Namespace[];
  readonly cgroups: { readonly places: readonly CgroupPlace[]; readonly groups: readonly Cgroup[] };
  readonly networks: readonly Network[];
  readonly external: readonly External[];
}

/** All of it, and what of it cannot be read. */
export function systemOf(checkpoint: Checkpoint): { system: System; unusual: Unusual[] } {
  const { networks, unusual } = readNetworks(checkpoint.images);
  const namespaces = namespacesOf(checkpoint);
  const system = {
    credentials: credentialsOf(checkpoint),
    namespaces,
    cgroups: { places: cgroupPlaces(checkpoint), groups: cgroupsOf(checkpoint) },
    networks,
    external: externalOf(checkpoint, namespaces),
  };
  return { system, unusual };
}
