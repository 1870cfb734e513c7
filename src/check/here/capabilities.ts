/** Capabilities: those that CRIU needs itself, and those of the processes, which it can give only where it has them. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { CAPABILITIES, capabilityNames, capabilitySet } from '../../checkpoint/capabilities.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { capabilitiesIn, hasCapability as has, SYS_ADMIN, CHECKPOINT_RESTORE } from './capability-set.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

/** Those that have a name. */
const NAMED = (1n << BigInt(CAPABILITIES.length)) - 1n;

export function* findCapabilities({ processes }: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const effective = capabilitiesIn(host.status('CapEff'));
  const permitted = capabilitiesIn(host.status('CapPrm'));
  if (effective === undefined || permitted === undefined) return;
  if (!has(effective, SYS_ADMIN) && !has(effective, CHECKPOINT_RESTORE)) {
    yield {
      severity: 'warning',
      kind: 'capability',
      message: 'this user has neither cap_sys_admin nor cap_checkpoint_restore, without which criu restores nothing',
      criu: 'CRIU needs to have the CAP_SYS_ADMIN or the CAP_CHECKPOINT_RESTORE capability',
      mend: 'sudo criu restore, with sudo crit-check before it',
    };
    return;
  }
  for (const process of processes) {
    const creds = ifReadable(() => (process.isGone ? undefined : process.readCredentials()));
    const lacking = capabilitySet(creds?.cap_prm ?? []) & ~permitted;
    if (lacking === 0n) continue;
    // Capabilities that this kernel does not know, CRIU leaves out.
    const names = capabilityNames(lacking & NAMED).map((name) => name.toLowerCase());
    if (names.length === 0) continue;
    yield {
      severity: 'error',
      kind: 'capability',
      image: `core-${process.pid}.img`,
      id: process.pid,
      message: `process ${process.pid} has capabilities that this user has not: ${names.join(', ')}`,
      there: names.join(','),
      criu: 'Unable to restore capabilities',
      mend: 'run criu with all capabilities (root, outside of a container)',
    };
  }
}
