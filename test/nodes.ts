/** The releases of Node that are supported, as the npm package `node` brings them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const VERSIONS: readonly string[] = ['20', '22', '24', '26'];

const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'crit-pipe', 'nodes');

/** The path of a Node of that version, or undefined where it cannot be had. */
export function nodeOf(version: string): string | undefined {
  const folder = join(cache, version);
  const path = join(folder, 'node_modules/node/bin/node');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const npm = spawnSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, `node@${version}`], {
    stdio: 'ignore',
  });
  return npm.status === 0 && existsSync(path) ? path : undefined;
}
