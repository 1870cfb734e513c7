/** Dump and restore. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { alarms, check, countSilence } from './check.ts';
import { capture } from '../setup/capture.ts';
import { installed, RELEASES, type Programs, type Release } from '../setup/release.ts';
import type { Target } from './target.ts';
import { until } from './until.ts';

/** The programs of a release, or why there are none. */
export type Available =
  { release: Release; programs: Programs } | { release: Release; programs: undefined; skip: string };

export function releases(): Available[] {
  return RELEASES.map((release) => {
    const programs = installed(release);
    return programs === undefined
      ? { release, programs, skip: `CRIU of Debian's ${release.name} could not be fetched` }
      : { release, programs };
  });
}

/** Dumps a target, which ends, and waits until its pids are free for a restore. */
export async function dump(
  programs: Programs,
  target: Target,
  folder: string,
  options: readonly string[],
): Promise<void> {
  mkdirSync(folder);
  await criu(programs, ['dump', '-t', String(target.pid), '-D', folder, '-o', 'dump.log', '-v4', ...options]);
  for (const name of readdirSync(folder)) {
    const pid = /^core-(\d+)\.img$/.exec(name)?.[1];
    if (pid !== undefined) await until(`the end of process ${pid}`, () => !existsSync(`/proc/${pid}`));
  }
}

/**
 * Restores a target from images; the log goes beside them, so that they stay as they are. What CRIU restores, crit-check has nothing
 * against.
 */
export async function restore(programs: Programs, folder: string, options: readonly string[]): Promise<void> {
  const log = `${folder}.log`;
  mkdirSync(log);
  const found = await check(programs, folder);
  await criu(programs, ['restore', '-d', '-D', folder, '-W', log, '-o', 'restore.log', '-v4', ...options]);
  assert.deepEqual(alarms(found), [], 'crit-check warned of what CRIU restores');
  countSilence();
}

/** What CRIU gave as the reasons of a failure. */
export class CriuError extends Error {
  override readonly name = 'CriuError';
}

/** Runs CRIU; `-D` and `-o`, or `-W` and `-o`, say where its log is. */
export async function criu(programs: Programs, args: readonly string[]): Promise<void> {
  const [file, ...first] = programs.criu;
  const valueOf = (option: string): string => args[args.indexOf(option) + 1] ?? '';
  const log = join(args.includes('-W') ? valueOf('-W') : valueOf('-D'), valueOf('-o'));
  try {
    await capture(file, [...first, ...args], { timeout: 60_000 });
  } catch (error) {
    const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n') : [];
    const errors = lines.filter((line) => line.includes('Error (') && !line.includes('rlimit: '));
    throw new CriuError(`criu ${args[0] ?? ''}: ${errors.join('\n') || String(error)}`, { cause: error });
  }
}
