/**
 * How long a dump and a restore take through our processes, beside CRIU alone on a memory file system, in the same run: both
 * after one another through one pipe, and each by itself with its lines in a file; and how much memory our processes take. CRIT_PIPE_MIB is the size of the dumped memory. Times are told, not judged.
 */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { greatest, recorder } from '../shell.ts';
import { dump, releases, restore } from './harness/criu.ts';
import { captureCommand, serveCommand } from './harness/live.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { assertIntact, startTarget } from './harness/target.ts';
import { until } from './harness/until.ts';

const MIB = process.env['CRIT_PIPE_MIB'] ?? '256';

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined ? available.skip : false;
  test(`${MIB} MiB, CRIU ${programs?.version ?? release.name}`, { skip }, async (t) => {
    if (programs === undefined) return;
    const plain = scratchFolder(t);
    const first = await startTarget(t, plain, 'large', { MIB });
    const plainDump = await seconds(() => dump(programs, first, join(plain, 'dump'), []));
    const plainRestore = await seconds(() => restore(programs, join(plain, 'dump'), []));
    await assertIntact(first);
    await shell(plain, 'rm -rf dump');

    const scene = scratchFolder(t);
    const target = await startTarget(t, scene, 'large', { MIB });
    for (const name of ['live', 'peaks', 'tmp']) mkdirSync(join(scene, name), { mode: 0o700 });
    const measured = `export NODE_OPTIONS='--import=${recorder(join(scene, 'peaks')).replaceAll("'", '%27')}' TMPDIR=$PWD/tmp`;
    const run = (script: string): Promise<number> => seconds(() => shell(scene, `${measured}; ${script}`));
    const capture = captureCommand(programs, target, []);
    const serve = serveCommand(programs, []);
    const both = await run(`${capture} | ${serve}`);
    const liveDump = await run(`mkfifo lines; cat < lines > kept & ${capture} > lines; wait`);
    await until('the end of the target', () => !existsSync(`/proc/${target.pid}`));
    const liveRestore = await run(`cat kept | ${serve}`);
    await assertIntact(target);
    const told = (what: string, alone: number, ours: number): void => {
      const ratio = (alone / ours).toFixed(2);
      t.diagnostic(`${what}: ${alone.toFixed(2)} s alone, ${ours.toFixed(2)} s with lines between, ${ratio} x as fast`);
    };
    told('dump and restore in one pipe', plainDump + plainRestore, both);
    told('dump', plainDump, liveDump);
    told('restore', plainRestore, liveRestore);
    const peak = greatest(join(scene, 'peaks'));
    t.diagnostic(`memory: ${Math.round(peak)} MiB at most`);
    assert.ok(peak < 120, `${peak} MiB`);
  });
}
