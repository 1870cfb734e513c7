/** What a run of the benchmark is measured on. */
import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem } from 'node:os';
import { findTool } from './tools.ts';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** GiB. */
  readonly memory: number;
  readonly kernel: string;
  /** The first lines of what the tools say of their versions. */
  readonly versions: readonly string[];
}

export function machineOf(tools: Iterable<string>): Machine {
  return {
    processor: cpus()[0]?.model ?? 'unknown processor',
    cores: availableParallelism(),
    memory: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    versions: [`Node ${process.version}`, ...[...tools].sort().flatMap(versionOf)],
  };
}

/** None where the tool is missing, is our own, or does not tell. */
function versionOf(tool: string): string[] {
  // CRIT has the version of its package's CRIU, which it does not tell.
  const path = tool.startsWith('crit-') || tool === 'node' ? undefined : findTool(tool === 'crit' ? 'criu' : tool);
  if (path === undefined) return [];
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const line = stdout?.trim().split('\n')[0] ?? '';
  return status === 0 && line !== '' ? [line] : [];
}
