import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A new directory, removed with all that is in it when the test ends. */
export function temporary(t: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'crit-pipe-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
