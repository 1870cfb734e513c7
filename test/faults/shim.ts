import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('fault.c', import.meta.url));

/** Builds the library that lets calls fail, in a directory. Gives its path, or nothing where there is no compiler for it. */
export function buildShim(directory: string): string | undefined {
  const path = join(directory, 'fault.so');
  const { status } = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', path, source, '-ldl'], { stdio: 'ignore' });
  return process.platform === 'linux' && status === 0 ? path : undefined;
}
