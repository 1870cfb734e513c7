/** The commands of a live dump and restore, which meet CRIU in the folder `live` of a scene. */
import type { Programs } from '../setup/release.ts';
import type { Target } from './target.ts';

/** What dumps a target, in words. */
export function captureWords(programs: Programs, { pid }: Target, options: readonly string[]): string[] {
  const dump = ['dump', '-t', String(pid), '-o', 'dump.log', '-v4', ...options];
  return ['crit-capture', 'live', '--', ...programs.criu, ...dump];
}

/** The same for a shell. */
export function captureCommand(programs: Programs, target: Target, options: readonly string[]): string {
  return captureWords(programs, target, options).join(' ');
}

/** What restores there, for a shell. */
export function serveCommand(programs: Programs, options: readonly string[], from = ''): string {
  const restore = [...programs.criu, 'restore', '-d', '-o', 'restore.log', '-v4', ...options];
  return `crit-serve ${from} live -- ${restore.join(' ')}`;
}
