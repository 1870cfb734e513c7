import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

test('what is generated from proto/ is up to date', () => {
  const script = fileURLToPath(new URL('../../scripts/generate.ts', import.meta.url));
  assert.equal(execFileSync(process.execPath, ['--import', 'tsx', script, '--check'], { encoding: 'utf8' }), '');
});
