/**
 * CRIU itself must not die: a dump that is terminated in its middle loses the process at times, with or without us.
 *
 * Whatever else dies while a dump goes through crit-capture: the processes are alive and intact, or their images have come
 * completely. CRIT_PIPE_DEATHS says how often each is tried.
 */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { releases } from './harness/criu.ts';
import { captureWords } from './harness/live.ts';
import { scratchFolder } from './harness/scratch.ts';
import { shell } from './harness/shell.ts';
import { judgement, startTarget, type Target } from './harness/target.ts';
import { until } from './harness/until.ts';

const TIMES = Number(process.env['CRIT_PIPE_DEATHS'] ?? '1');
const bin = fileURLToPath(new URL('../../bin/', import.meta.url));

/** When it happens: as soon as a line of this image is there. */
const MOMENTS: Readonly<Record<string, RegExp>> = {
  first: /"begin"/,
  middle: /"image":"pages-1\.img"/,
  last: /"image":"inventory\.img"/,
};

/** The same for a filter, as an expression; and as a name that must not be found. */
const FAILS: Readonly<Record<string, string>> = {
  first: 'true',
  middle: 'image === "pages-1.img"',
  last: 'magic === "INVENTORY"',
};
const NAMES: Readonly<Record<string, string>> = { first: 'seccomp', middle: 'pages-1', last: 'inventory' };

/** What happens to a running crit-capture; its output has come up to the moment. */
const DEATHS: Readonly<Record<string, (capture: ChildProcess) => void>> = {
  'crit-capture is killed': (capture) => capture.kill('SIGKILL'),
  'crit-capture is terminated': (capture) => capture.kill('SIGTERM'),
  'the reader of its output dies': (capture) => capture.stdout?.destroy(),
};

/** Alive and intact, or gone with complete images; nothing but logs is left. */
async function assertNothingLost(t: TestContext, scene: string, target: Target, lines: Buffer): Promise<void> {
  const live = join(scene, 'live');
  await until('the end of CRIU', () => !readdirSync('/proc').some((pid) => isCriu(pid, live)));
  if (existsSync(`/proc/${target.pid}`) && !isZombie(target.pid)) {
    const { bad, ok } = await judgement(target);
    assert.deepEqual(bad, []);
    assert.ok(ok.length > 0);
    t.diagnostic('alive and intact');
  } else {
    writeFileSync(join(scene, 'lines'), lines);
    await shell(scene, 'crit-pack -C packed lines && test -s packed/inventory.img');
    t.diagnostic('gone, and its images are complete');
  }
  const left = readdirSync(live).filter((name) => !/^(?:stats-dump|dump\.log)$/.test(name));
  // What SIGKILL leaves is taken over by the next one.
  assert.deepEqual(
    left.filter((name) => !/^(?:streamer-capture\.sock|crit-capture\.fifo)$/.test(name)),
    [],
  );
}

function isCriu(pid: string, folder: string): boolean {
  if (!/^\d+$/.test(pid)) return false;
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
    return (
      words.includes('dump') &&
      words.includes('--stream') &&
      readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`SCENE=${folder}`)
    );
  } catch {
    // It has just ended.
    return false;
  }
}

function isZombie(pid: number): boolean {
  return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
}

for (const available of releases()) {
  const { release, programs } = available;
  const skip = programs === undefined ? available.skip : false;
  const version = programs?.version ?? release.name;
  for (const [death, cause] of Object.entries(DEATHS)) {
    for (const [moment, pattern] of Object.entries(MOMENTS)) {
      test(`${death} at the ${moment} image, CRIU ${version}`, { skip }, async (t) => {
        if (programs === undefined) return;
        for (let time = 0; time < TIMES; time++) {
          const scene = scratchFolder(t);
          const target = await startTarget(t, scene, 'service');
          mkdirSync(join(scene, 'live'), { mode: 0o700 });
          const [command, ...words] = captureWords(programs, target, []);
          const capture = spawn(process.execPath, [join(bin, command ?? ''), ...words], {
            cwd: scene,
            stdio: ['ignore', 'pipe', 'pipe'],
            env: { ...process.env, SCENE: join(scene, 'live') },
          });
          let lines = Buffer.alloc(0);
          let said = '';
          let isDone = false;
          capture.stderr.on('data', (chunk) => (said += String(chunk)));
          capture.stdout.on('data', (chunk: Buffer) => {
            lines = Buffer.concat([lines, chunk]);
            if (isDone || !pattern.test(lines.toString('latin1'))) return;
            isDone = true;
            cause(capture);
          });
          const [code, signal]: unknown[] = await once(capture, 'exit');
          assert.ok(isDone, `it happened: ${said}`);
          if (signal === null && code !== 0) assert.match(said, /crit-capture: .*(?:reader has gone|hung up)/);
          await assertNothingLost(t, scene, target, lines);
        }
      });
    }
  }

  // What happens at the far end when a line of the image has come; the link brings no more than that.
  const upTo = (moment: string): string => `awk '{ print } /${MOMENTS[moment]?.source ?? ''}/ { exit }'`;
  for (const [what, farEnd, says] of [
    [
      'a disk at the far end is full',
      (moment) => `{ ${upTo(moment)} > /dev/full; }`,
      /the far end has not said "taken"|reader has gone/,
    ],
    [
      'a filter fails',
      (moment) => `crit-map 'if (${FAILS[moment] ?? ''}) throw new Error("no")' > filtered`,
      /the far end has not said|reader has gone/,
    ],
    [
      'a redaction fails',
      (moment) => `crit-redact --text ${NAMES[moment] ?? ''} > redacted`,
      /the far end has not said|reader has gone/,
    ],
    [
      'crit-serve is killed',
      (moment) =>
        `{ ${upTo(moment)}; kill -KILL $(cat far.pid); } | { sh -c 'echo $$ > far.pid; exec crit-serve far -- true'; }`,
      /the far end has not said|reader has gone/,
    ],
    [
      'the lines are cut off',
      (moment) => `${upTo(moment)} | head -c -1 | crit-serve far -- true`,
      /no inventory\.img|begun, but never ended|truncated|the far end/,
    ],
    [
      'the lines are cut off on their way to files',
      (moment) => `${upTo(moment)} | head -c -1 | crit-pack -C far && test -e far/inventory.img`,
      /never ended|truncated|the far end/,
    ],
  ] as readonly (readonly [string, (moment: string) => string, RegExp])[]) {
    for (const moment of Object.keys(MOMENTS)) {
      test(`${what} at the ${moment} image, CRIU ${version}`, { skip }, async (t) => {
        if (programs === undefined) return;
        for (let time = 0; time < TIMES; time++) {
          const scene = scratchFolder(t);
          const target = await startTarget(t, scene, 'service');
          mkdirSync(join(scene, 'live'), { mode: 0o700 });
          await shell(scene, 'mkfifo back');
          const [command, ...words] = captureWords(programs, target, []);
          const line = `${[command, '--confirm', 'back', ...words].join(' ')} | { ${farEnd(moment)} && echo taken; } > back`;
          await assert.rejects(shell(scene, line), says);
          const { bad } = await judgement(target);
          assert.deepEqual(bad, []);
          const left = readdirSync(join(scene, 'live')).filter((name) => !/^(?:stats-dump|dump\.log)$/.test(name));
          assert.deepEqual(left, []);
          assert.ok(!existsSync(join(scene, 'far')), 'nothing is left over there');
        }
      });
    }
  }
}
