/** Sets of capabilities, as /proc/PID/status has them. */

/** Numbers of capability.h. */
export const SYS_ADMIN = 21n;
export const SYS_RESOURCE = 24n;
export const CHECKPOINT_RESTORE = 40n;

/** The set that hexadecimal digits are; undefined where they are none. */
export function capabilitiesIn(digits: string | undefined): bigint | undefined {
  return digits !== undefined && /^[0-9a-f]+$/.test(digits) ? BigInt(`0x${digits}`) : undefined;
}

export function hasCapability(set: bigint, number: bigint): boolean {
  return ((set >> number) & 1n) === 1n;
}
