/** The CRIU of this host, and what it is too old for. */
import { spawnSync } from 'node:child_process';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { ifReadable } from '../../checkpoint/if-readable.ts';
import { Pagemap } from '../../checkpoint/pagemap.ts';
import type { Finding } from '../finding.ts';
import type { Host } from '../host.ts';

/** Milliseconds; it only says its version. */
const PATIENCE = 10_000;

export function* findCriu(checkpoint: Checkpoint, host: Host): Generator<Finding, void, undefined> {
  const version = versionOf(host.criu);
  if (version === undefined) {
    const message = `no ${host.criu} that says its version: what it is too old for was not looked at`;
    yield { severity: 'note', kind: 'criu', message, mend: 'crit-check --criu PROGRAM' };
    return;
  }
  const image = compressedPagemap(checkpoint);
  if (image === undefined) return;
  if (!isBefore(version, 4, 3)) {
    yield {
      severity: 'note',
      kind: 'criu',
      image,
      message: `its pages are compressed, which only a CRIU that was built with LZ4 reads; CRIU ${version} does not say whether it was`,
      criu: 'LZ4 support is required',
      mend: 'crit decompress DIR --in-place, or CRIU built with LZ4',
    };
    return;
  }
  yield {
    severity: 'error',
    kind: 'criu',
    image,
    message: `its pages are compressed, which CRIU ${version} does not read`,
    there: '4.3',
    here: version,
    criu: 'Not supported images version 3',
    mend: 'crit decompress DIR --in-place, or CRIU 4.3',
  };
}

function versionOf(criu: string): string | undefined {
  const { stdout } = spawnSync(criu, ['--version'], {
    encoding: 'utf8',
    timeout: PATIENCE,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /^Version: (\d+(?:\.\d+)*)/m.exec(stdout ?? '')?.[1];
}

function isBefore(version: string, major: number, minor: number): boolean {
  const [ownMajor = 0, ownMinor = 0] = version.split('.').map(Number);
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
}

/** A pagemap whose pages are in blocks of LZ4. */
function compressedPagemap({ images, pageSize }: Checkpoint): string | undefined {
  return images.names.find((name) => {
    if (!/^pagemap-(?:shmem-)?\d+\.img$/.test(name)) return false;
    return ifReadable(() => {
      for (const { blocks } of new Pagemap(images, name, pageSize).runs(0, Infinity)) if (blocks) return true;
      return false;
    });
  });
}
