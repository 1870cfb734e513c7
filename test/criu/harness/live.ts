/** The commands of a live dump and restore, for a shell. */
import type { Programs } from '../setup/release.ts';
import type { Target } from './target.ts';

/** Dumps a target in the folder `live` of a scene. */
export function captureCommand(programs: Programs, { pid }: Target, options: readonly string[]): string {
  const words = [...programs.criu, 'dump', '-t', String(pid), '-o', 'dump.log', '-v4', ...options];
  return `crit-capture live -- ${words.join(' ')}`;
}

/** Restores there. */
export function serveCommand(programs: Programs, options: readonly string[]): string {
  return `crit-serve live -- ${[...programs.criu, 'restore', '-d', '-o', 'restore.log', '-v4', ...options].join(' ')}`;
}
