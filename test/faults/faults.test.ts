/** Some of what `npm run faults` plays: calls that fail once, and signals before a call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noFakeCriu } from '../live/fake-criu.ts';
import { temporary } from '../temporary.ts';
import { COMMANDS } from './commands.ts';
import type { Fault } from './faults.ts';
import { judge, type Verdict } from './judge.ts';
import { Stage } from './play.ts';
import { buildShim } from './shim.ts';

const CHOSEN: Readonly<Record<string, readonly (readonly [Fault, Verdict])[]>> = {
  'crit-pack --sync -C': [
    [{ call: 'mkdir', at: 2, kind: 'ENOSPC' }, 'refused'],
    [{ call: 'mkdir', at: 3, kind: 'EIO' }, 'refused'],
    [{ call: 'close', at: 2, kind: 'ENOSPC' }, 'refused'],
    [{ call: 'fsync', at: 3, kind: 'EIO' }, 'refused'],
  ],
  'crit-pack -f -C': [
    [{ call: 'rename', at: 4, kind: 'EIO' }, 'refused'],
    [{ call: 'link', at: 2, kind: 'ENOSPC' }, 'refused'],
    // The last one, of the directory that was written into.
    [{ call: 'close', at: 18, kind: 'EIO' }, 'complete'],
    [{ call: 'rename', at: 4, kind: 'SIGKILL' }, 'killed'],
  ],
  'crit decode': [
    [{ call: 'close', at: 2, kind: 'EIO' }, 'refused'],
    [{ call: 'pwrite64', at: 1, kind: 'short' }, 'complete'],
  ],
  'crit-capture': [
    [{ call: 'open64', at: 1, kind: 'EIO' }, 'refused'],
    [{ call: 'recvmsg', at: 9, kind: 'EIO' }, 'refused'],
    // The named pipe of the confirmation: the dump has counted.
    [{ call: 'close', at: 18, kind: 'EIO' }, 'complete'],
    // Node takes the connection and drops it.
    [{ call: 'accept4', at: 1, kind: 'EMFILE' }, 'refused'],
  ],
  // The last image: CRIU has ended with 0.
  'crit-serve': [[{ call: 'write', at: 37, kind: 'EIO' }, 'refused']],
  // The report, and then the directory.
  'crit-redact DUMP -C': [
    [{ call: 'rename', at: 1, kind: 'EIO' }, 'refused'],
    [{ call: 'rename', at: 2, kind: 'EIO' }, 'refused'],
  ],
  'crit-redact -f -C DUMP': [
    [{ call: 'rename', at: 5, kind: 'EIO' }, 'refused'],
    // An empty image in what it leaves.
    [{ call: 'any', at: 267, kind: 'SIGKILL' }, 'killed'],
  ],
  // The last image that it clones from, and some are moved while others are not.
  'crit-edit DUMP -C': [[{ call: 'close', at: 92, kind: 'EIO' }, 'refused']],
  'crit compress': [[{ call: 'rename', at: 2, kind: 'SIGKILL' }, 'killed']],
  'crit decompress --in-place': [[{ call: 'rename', at: 2, kind: 'SIGKILL' }, 'killed']],
  'crit-core -o': [[{ call: 'pread64', at: 22, kind: 'short' }, 'complete']],
};

test('a call that fails leaves nothing half-written', async (t) => {
  const directory = temporary(t);
  const shim = buildShim(directory);
  if (shim === undefined) {
    t.skip('needs Linux and gcc');
    return;
  }
  const stage = new Stage(directory, shim);
  await stage.prepare();
  for (const [name, faults] of Object.entries(CHOSEN)) {
    const played = COMMANDS.find((command) => command.name === name);
    assert.ok(played, name);
    if (played.criu !== undefined && noFakeCriu !== false) continue;
    const reference = { before: stage.start, outcome: await stage.play(played), report: played.report };
    for (const [fault, verdict] of faults)
      assert.deepEqual(
        judge(fault, await stage.play(played, fault), reference),
        verdict,
        `${name} ${fault.call} ${fault.at}`,
      );
  }
});
