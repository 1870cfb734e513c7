/** Capabilities: those that CRIU needs itself, and those of the processes, which it can give only where it has them. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { capabilitiesIn, hasCapability as has, SYS_ADMIN, CHECKPOINT_RESTORE } from './capability-set.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

/** By their numbers: capability.h of Linux. */
// prettier-ignore
const NAMES: readonly string[] = [
  'chown', 'dac_override', 'dac_read_search', 'fowner', 'fsetid', 'kill', 'setgid', 'setuid', 'setpcap', 'linux_immutable',
  'net_bind_service', 'net_broadcast', 'net_admin', 'net_raw', 'ipc_lock', 'ipc_owner', 'sys_module', 'sys_rawio', 'sys_chroot',
  'sys_ptrace', 'sys_pacct', 'sys_admin', 'sys_boot', 'sys_nice', 'sys_resource', 'sys_time', 'sys_tty_config', 'mknod', 'lease',
  'audit_write', 'audit_control', 'setfcap', 'mac_override', 'mac_admin', 'syslog', 'wake_alarm', 'block_suspend', 'audit_read',
  'perfmon', 'bpf', 'checkpoint_restore',
];

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
    const lacking = capabilities(creds?.cap_prm ?? []) & ~permitted;
    if (lacking === 0n) continue;
    const names = NAMES.filter((_name, number) => has(lacking, BigInt(number))).map((name) => `cap_${name}`);
    // Capabilities that this kernel does not know, CRIU leaves out.
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

/** Words of 32 bits, the lowest first. */
function capabilities(words: readonly number[]): bigint {
  return words.reduce((sum, word, index) => sum | (BigInt(word) << BigInt(32 * index)), 0n);
}
