/** crit-check in the place of a CRIU, which is about to restore. */
import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workFolder } from '../setup/platform.ts';
import type { Programs } from '../setup/release.ts';
import { shell } from './shell.ts';

export interface Found {
  readonly severity: string;
  readonly kind: string;
  readonly message: string;
  readonly criu?: string;
  readonly mend?: string;
  readonly line?: number;
  readonly id?: number;
}

/** What crit-check finds of a folder of images, run where that CRIU runs. */
export async function check(programs: Programs, folder: string, options: readonly string[] = []): Promise<Found[]> {
  const words = [...placeOf(programs), 'crit-check', '--json', ...options, folder];
  const place = options.includes('--offline') ? '' : ` --criu ${oneProgram(programs)}`;
  const text = await shell(folder, `${words.join(' ')}${place} || [ $? -eq 1 ]`);
  const found: unknown = JSON.parse(`[${text.trim().split('\n').join(',')}]`);
  assert.ok(Array.isArray(found) && found.every(isFound));
  return found;
}

/** Those that say that CRIU will not, or may not. */
export function alarms(found: readonly Found[]): Found[] {
  return found.filter(({ severity }) => severity !== 'note');
}

/** Counts checkpoints that were restored and in which nothing was found. */
export function countSilence(): void {
  appendFileSync(join(workFolder(), 'silent'), '.');
}

/** What stands before the loader of CRIU: `nsenter`, `setpriv` and the like. */
function placeOf({ criu }: Programs): readonly string[] {
  return criu.slice(
    0,
    criu.findIndex((word) => word.includes('/ld-linux')),
  );
}

/** A CRIU that starts by one word. */
function oneProgram(programs: Programs): string {
  const file = join(workFolder(), 'bin', `criu-${programs.version}`);
  if (!existsSync(file)) {
    writeFileSync(file, `#!/bin/sh\nexec ${programs.criu.slice(placeOf(programs).length).join(' ')} "$@"\n`);
    chmodSync(file, 0o755);
  }
  return file;
}

function isFound(value: unknown): value is Found {
  const has = (key: string): boolean => typeof Reflect.get(Object(value), key) === 'string';
  return ['severity', 'kind', 'message'].every(has);
}
