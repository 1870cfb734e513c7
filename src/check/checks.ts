/** All checks, each in the file of its name. A finding is a fact; what cannot be known without restoring is not looked at. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Finding } from './finding.ts';
import { findAddresses } from './here/addresses.ts';
import { findArchitecture } from './here/architecture.ts';
import { findCapabilities } from './here/capabilities.ts';
import { findCgroups } from './here/cgroups.ts';
import { findConnections } from './here/connections.ts';
import { findCpu } from './here/cpu.ts';
import { findCriu } from './here/criu.ts';
import { findDevices } from './here/devices.ts';
import { findDisk } from './here/disk.ts';
import { findFiles } from './here/files.ts';
import { findKernel } from './here/kernel.ts';
import { findLimits } from './here/limits.ts';
import { findLinks } from './here/links.ts';
import { findMemory } from './here/memory.ts';
import { findMounts } from './here/mounts.ts';
import { findPids } from './here/pids.ts';
import { findPlugins } from './here/plugins.ts';
import { findPorts } from './here/ports.ts';
import { findProfiles } from './here/profiles.ts';
import { findTerminals } from './here/terminals.ts';
import { findUnixNames } from './here/unix-names.ts';
import { findUnixPaths } from './here/unix-paths.ts';
import { findUsers } from './here/users.ts';
import type { Host } from './host.ts';
import { findIds } from './in-itself/ids.ts';
import { findImages } from './in-itself/images.ts';
import { findParents } from './in-itself/parents.ts';
import { findPreDump } from './in-itself/pre-dump.ts';
import { findTree } from './in-itself/tree.ts';
import { findUnread } from './in-itself/unread.ts';
import { findVersion } from './in-itself/version.ts';
import type { NamespaceKind } from '../checkpoint/namespaces.ts';

type Findings = Iterable<Finding> | AsyncIterable<Finding>;

/** Looks at the images alone. */
export const IN_ITSELF: readonly ((checkpoint: Checkpoint) => Findings)[] = [
  findPreDump,
  findVersion,
  findImages,
  findTree,
  findIds,
  findParents,
  findUnread,
];

export interface HereCheck {
  readonly find: (checkpoint: Checkpoint, host: Host) => Findings;
  /** What the processes must share with the host, so that it can be held against it. */
  readonly shares?: NamespaceKind;
}

/** Looks at this host as well. */
export const HERE: readonly HereCheck[] = [
  { find: findCriu },
  { find: findArchitecture },
  { find: findPlugins },
  { find: findKernel },
  { find: findCpu },
  { find: findCapabilities, shares: 'user' },
  { find: findUsers, shares: 'user' },
  { find: findLimits },
  { find: findPids, shares: 'pid' },
  { find: findFiles, shares: 'mnt' },
  { find: findLinks, shares: 'mnt' },
  { find: findUnixPaths, shares: 'mnt' },
  { find: findDisk, shares: 'mnt' },
  { find: findTerminals, shares: 'mnt' },
  { find: findMounts },
  { find: findPorts, shares: 'net' },
  { find: findAddresses, shares: 'net' },
  { find: findDevices, shares: 'net' },
  { find: findUnixNames, shares: 'net' },
  { find: findConnections },
  { find: findCgroups },
  { find: findProfiles },
  { find: findMemory },
];
