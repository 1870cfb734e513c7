/** Brings a release of CRIU into the cache. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { download } from './apt.ts';
import { cacheFolder } from './platform.ts';
import { capture } from './capture.ts';
import { installed, programsIn, releaseFolder, type Programs, type Release } from './release.ts';

/** The programs of a release: from the cache, or fetched into it. It appears there whole or not at all. */
export async function install(release: Release, signal: AbortSignal): Promise<Programs> {
  const cached = installed(release);
  if (cached !== undefined) return cached;
  mkdirSync(cacheFolder(), { recursive: true });
  const folder = mkdtempSync(join(cacheFolder(), 'fetching-'));
  try {
    const root = join(folder, 'root');
    for (const archive of await download(release, join(folder, 'apt'), signal)) {
      await capture('dpkg', ['-x', archive, root], { signal });
    }
    const version = await prove(root, release);
    writeFileSync(join(root, 'version'), `${version}\n`);
    if (!existsSync(releaseFolder(release))) renameSync(root, releaseFolder(release));
    return programsIn(releaseFolder(release), release, version);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The version that the unpacked CRIU gives itself, once both it and its CRIT have started. */
async function prove(root: string, release: Release): Promise<string> {
  const { criu, python, pythonEnvironment } = programsIn(root, release, '');
  const [start, ...first] = criu;
  const version = /^Version: (\S+)/m.exec(await capture(start, [...first, '--version']))?.[1];
  if (version === undefined) throw new Error('criu does not say its version');
  const [interpreter, ...before] = python;
  const env = { ...process.env, ...pythonEnvironment };
  await capture(interpreter, [...before, '-c', 'import crit, lz4'], { env });
  return version;
}
