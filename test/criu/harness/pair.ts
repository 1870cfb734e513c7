/** Two dumps of a program that runs on in between. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { criu } from './criu.ts';
import { shell } from './shell.ts';
import type { Programs } from '../setup/release.ts';
import type { Target } from './target.ts';
import { until } from './until.ts';

/** The number of rt_sigtimedwait, which a target is in while it waits for its word. */
const SIGTIMEDWAIT = '128 ';

/** Dumps a target into the folders `before` and `after` of a scene. It runs on until the test ends. */
export async function dumpTwice(
  programs: Programs,
  target: Target,
  scene: string,
  options: readonly string[],
  between: () => Promise<void> | void = () => undefined,
): Promise<void> {
  // The first dump ends the system calls of the target, which then has another errno.
  for (const name of ['warm', 'before', 'after']) {
    await until(`target ${target.pid} to wait`, () => isWaiting(target.pid));
    const folder = join(scene, name);
    mkdirSync(folder);
    const args = ['dump', '-t', String(target.pid), '-D', folder, '-o', 'dump.log', '-v4', '--leave-running'];
    await criu(programs, [...args, ...options]);
    if (name === 'before') await between();
  }
}

function isWaiting(pid: number): boolean {
  return readFileSync(`/proc/${pid}/syscall`, 'utf8').startsWith(SIGTIMEDWAIT);
}

/** Lets the target `changing` make its change. */
export async function makeChange({ pid, home }: Target): Promise<void> {
  process.kill(pid, 'SIGUSR2');
  await until(`the change of target ${pid}`, () => existsSync(join(home, 'done')) || !existsSync(`/proc/${pid}`));
}

/** What crit-diff says of the two dumps, a line each. */
export async function differences(scene: string, options = ''): Promise<string[]> {
  const text = await shell(scene, `crit-diff ${options} before after || test $? = 1`);
  return text.split('\n').filter((line) => line !== '');
}
