/** Capabilities by their names: capability.h of Linux. */

// prettier-ignore
const NAMES: readonly string[] = [
  'CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP', 'LINUX_IMMUTABLE',
  'NET_BIND_SERVICE', 'NET_BROADCAST', 'NET_ADMIN', 'NET_RAW', 'IPC_LOCK', 'IPC_OWNER', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_CHROOT',
  'SYS_PTRACE', 'SYS_PACCT', 'SYS_ADMIN', 'SYS_BOOT', 'SYS_NICE', 'SYS_RESOURCE', 'SYS_TIME', 'SYS_TTY_CONFIG', 'MKNOD', 'LEASE',
  'AUDIT_WRITE', 'AUDIT_CONTROL', 'SETFCAP', 'MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ',
  'PERFMON', 'BPF', 'CHECKPOINT_RESTORE',
];

/** All that have a name, by their numbers. */
export const CAPABILITIES: readonly string[] = NAMES.map((name) => `CAP_${name}`);

/** The set of words of 32 bits, the lowest first, as credentials have it. */
export function capabilitySet(words: readonly number[]): bigint {
  return words.slice(0, 2).reduce((sum, word, index) => sum | (BigInt(word) << BigInt(32 * index)), 0n);
}

/** `CAP_CHOWN`, ..; one that has no name by its number. */
export function capabilityNames(set: bigint): string[] {
  return Array.from({ length: 64 }, (_, number) => number)
    .filter((number) => ((set >> BigInt(number)) & 1n) === 1n)
    .map((number) => CAPABILITIES[number] ?? `CAP_${number}`);
}
