/** crit as a plugin of checkpointctl. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';

test('it describes itself in a line and by its exit code, before checkpointctl gives up', async () => {
  const { stdout, stderr, codes } = await shell('checkpointctl-crit --plugin-description');
  assert.deepEqual([stderr, codes], ['', [42]]);
  assert.match(stdout.toString(), /^[A-Z][^\n]+\n$/);
});

test('its words are those of crit', async () => {
  const args = [fixture('real/v411-simple'), fixture('real/simple')];
  const plugin = await shell('checkpointctl-crit diff --only process "$1" "$2"', args);
  const crit = await shell('crit-diff --only process "$1" "$2"', args);
  assert.deepEqual(plugin, crit);
  assert.deepEqual(plugin.codes, [1]);
  const unknown = await shell('checkpointctl-crit dif');
  assert.deepEqual(unknown.codes, [2]);
  assert.match(unknown.stderr, /unknown command dif; did you mean diff\?/);
});
