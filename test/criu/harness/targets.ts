/** The targets, with the options that CRIU needs for each. */
import { release as kernel } from 'node:os';
import type { Programs } from '../setup/release.ts';

export interface TargetKind {
  name: string;
  options: readonly string[];
  /** Why a release cannot dump it on this kernel, or undefined where it can. */
  whyNot?: (programs: Programs) => string | undefined;
}

export const TARGETS: readonly TargetKind[] = [
  { name: 'processes', options: [] },
  { name: 'pipes', options: [] },
  { name: 'sockets', options: [] },
  { name: 'tcp', options: ['--tcp-established', '--network-lock', 'nftables'], whyNot: whyNoInternet },
  { name: 'ipc', options: [] },
  { name: 'files', options: ['--file-locks', '--link-remap', '--ghost-limit', '16M'] },
  { name: 'events', options: [] },
  { name: 'pty', options: [] },
  { name: 'shared', options: [] },
  { name: 'memory', options: [] },
  { name: 'scattered', options: [] },
  { name: 'threads', options: [] },
];

/** Kernels from 6.16 on know SO_PASSCRED for unix sockets alone, and CRIU before 4.2 asks it of every socket. */
export function whyNoInternet(programs: Programs): string | undefined {
  return isBefore(programs.version, [4, 2]) && !isBefore(kernel(), [6, 16])
    ? `CRIU ${programs.version} cannot dump internet sockets on Linux ${kernel()}`
    : undefined;
}

/** Whether a version is before another. */
export function isBefore(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map((part) => parseInt(part, 10));
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}
