/** A cgroup hierarchy of the suite's own: it has no controllers, so it governs nothing on the machine. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmdirSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const HIERARCHY = 'crit-pipe';
const EXISTS = new RegExp(`^\\d+:name=${HIERARCHY}:`, 'm');

/** Mounts the hierarchy on a folder, where it is not yet; false where the kernel has no named hierarchies. */
export function mountHierarchy(folder: string): boolean {
  if (existsSync(join(folder, 'cgroup.procs'))) return true;
  mkdirSync(folder, { recursive: true });
  return spawnSync('mount', ['-t', 'cgroup', '-o', `none,name=${HIERARCHY}`, HIERARCHY, folder]).status === 0;
}

/**
 * Takes the hierarchy off the machine. It outlives its last mount while it has groups, also those that were removed a
 * moment ago, so it is mounted and unmounted until it is gone.
 */
export async function removeHierarchy(): Promise<void> {
  for (let tries = 0; tries < 40 && EXISTS.test(readFileSync('/proc/self/cgroup', 'utf8')); tries++) {
    const folder = mkdtempSync(join(tmpdir(), 'crit-pipe-cgroups-'));
    if (mountHierarchy(folder)) {
      removeGroups(folder);
      spawnSync('umount', [folder]);
    }
    rmdirSync(folder);
    await sleep(50);
  }
}

/** Removes the groups below a folder, as far as nobody is in them. */
export function removeGroups(folder: string): void {
  for (const group of readdirSync(folder, { withFileTypes: true })) {
    if (!group.isDirectory()) continue;
    removeGroups(join(folder, group.name));
    try {
      rmdirSync(join(folder, group.name));
    } catch {
      // Someone is still in it; the next try may find it empty.
    }
  }
}
