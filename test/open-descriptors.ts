import { readdirSync } from 'node:fs';

/** Whether this system tells of descriptors, and how many are open in this process. */
export const TELLS_DESCRIPTORS: boolean = process.platform === 'linux';

export function openDescriptors(): number {
  return readdirSync('/proc/self/fd').length;
}
