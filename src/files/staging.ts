/**
 * Names of what is being written, before it appears under its own. A process that is killed outright (SIGKILL, power loss)
 * leaves such a thing behind: it is never taken for an image, and a later command that writes there clears it away (clear-stale.ts).
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { isSystemError } from '../error.ts';

const START = '.crit-pack.';
/** Names in a directory that is written: of what is new, and of what it replaces, which is there from when files are put in place. */
export const NEW = 'new';
export const KEPT = 'kept';

/** Whether a name is one that something has while it is written. */
export function isStaging(path: string): boolean {
  return basename(path).startsWith(START);
}

/** Whether a path leads to or into something that is being written. */
export function isInStaging(path: string): boolean {
  return path.split('/').some(isStaging);
}

/** Whether it is one that this process itself writes. */
export function isOwnStaging(path: string): boolean {
  return basename(path).startsWith(`${START}${here()}.${process.pid}.`);
}

/** A new path of that kind: it says which process it belongs to. */
export function stagingPath(directory: string): string {
  return join(directory, `${START}${here()}.${process.pid}.${randomBytes(6).toString('hex')}`);
}

/** A new path for files that could not be put back: nothing clears it away. */
export function keptPath(directory: string): string {
  return join(directory, `${START}kept.${randomBytes(6).toString('hex')}`);
}

/** The names of what processes write in a directory, or have left there. */
export function leftIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter(isStaging);
  } catch (error) {
    // A directory may be written to and not be read.
    if (!isSystemError(error)) throw error;
    return [];
  }
}

/** The paths of what is left by processes that are dead for certain: ones that ran here since the system was started. */
export function staleIn(directory: string): string[] {
  const start = `${START}${here()}.`;
  const isDead = (name: string): boolean => {
    const pid = Number(name.slice(start.length).split('.')[0]);
    return name.startsWith(start) && Number.isSafeInteger(pid) && pid > 0 && !isAlive(pid);
  };
  return leftIn(directory)
    .filter(isDead)
    .map((name) => join(directory, name));
}

let place: string | undefined;

/** Where process numbers mean the same: this boot of this system, and this namespace. */
function here(): string {
  place ??= `${partOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8))}-${partOf(
    () => /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0',
  )}`;
  return place;
}

/** Without /proc, what was left behind is nobody's for certain. */
function partOf(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return randomBytes(4).toString('hex');
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isSystemError(error) || error.code !== 'ESRCH';
  }
}
