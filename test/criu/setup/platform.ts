/** Whether this machine can run CRIU, and where the suite keeps what it needs. */
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

const NEEDED: readonly string[] = ['apt-get', 'dpkg', 'gcc', 'bash', 'unshare', 'setpriv', 'mount', 'diff'];

/** Why the suite cannot run here, or undefined where it can. */
export function whyNotHere(): string | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'CRIU is tried on Linux x86_64 only';
  if (process.getuid?.() !== 0) return 'CRIU needs root';
  const missing = NEEDED.filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0);
  if (missing.length > 0) return `missing: ${missing.join(', ')}`;
  const isolated = spawnSync('unshare', [...NAMESPACES, 'true'], { encoding: 'utf8' });
  return isolated.status === 0 ? undefined : `no namespaces of our own: ${isolated.stderr.trim()}`;
}

/** The namespaces that a run has for itself: its processes, mounts, network and IPC end with it. */
export const NAMESPACES: readonly string[] = [
  '--pid',
  '--fork',
  '--kill-child',
  '--mount-proc',
  '--net',
  '--ipc',
  '--uts',
];

/** The folder that outlives a run: it holds CRIU of each release. */
export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'crit-pipe', 'criu');
}

/** Where each run mounts its own memory file system; empty to everyone else. */
export function workFolder(): string {
  return join(cacheFolder(), 'work');
}
