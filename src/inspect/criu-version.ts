import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { ifReadable } from '../checkpoint/if-readable.ts';
import { openImage } from '../files/read-entries.ts';
import { readFully } from '../files/read-fully.ts';

export const DUMP_LOG = 'dump.log';
/** Of a log, only so much is looked at: CRIU writes its version first. */
const LOG_LIMIT = 1024 * 1024;

const NOTES = ['io.podman.annotations.checkpoint.criu.version', 'org.criu.checkpoint.criu.version'];

/** The version of the CRIU that wrote the log in a directory; undefined where there is none, or it does not say. */
export function readCriuVersion(directory: string): string | undefined {
  const log = ifReadable(() => {
    const fd = openImage(join(directory, DUMP_LOG), DUMP_LOG);
    try {
      return readFully(fd, 0, LOG_LIMIT);
    } finally {
      closeSync(fd);
    }
  });
  return log && criuVersionIn(log);
}

/** The same of a log. */
export function criuVersionIn(log: Buffer): string | undefined {
  return /\bVersion: (\d[\w.]*)/.exec(log.subarray(0, LOG_LIMIT).toString('latin1'))?.[1];
}

/** The same of what engines say of an image that they make: `40101` is 4.1.1. */
export function criuVersionNoted(annotations: Readonly<Record<string, string>> = {}): string | undefined {
  const noted = NOTES.map((key) => annotations[key]).find(Boolean) ?? '';
  if (!/^\d{5,6}$/.test(noted)) return noted === '' ? undefined : noted;
  const [major, minor, patch] = [noted.slice(0, -4), noted.slice(-4, -2), noted.slice(-2)].map(Number);
  return patch === 0 ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
}
