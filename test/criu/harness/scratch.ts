import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { workFolder } from '../setup/platform.ts';

/** A folder of the run's memory file system, which goes when the test ends. */
export function scratchFolder(t: TestContext): string {
  const folder = mkdtempSync(join(workFolder(), 'scene-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
