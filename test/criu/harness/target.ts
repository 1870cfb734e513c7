/** A target program: its start, its word to judge itself, and what it judged. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { isSystemError } from '../../../src/error.ts';
import { capture } from '../setup/capture.ts';
import { workFolder } from '../setup/platform.ts';
import { until } from './until.ts';

/** What a target found of itself after a restore. */
export interface Verdict {
  ok: readonly string[];
  bad: readonly string[];
  saw: ReadonlyMap<string, string>;
}

export interface Target {
  pid: number;
  /** Its working directory, where its files are. */
  home: string;
}

/** Starts a target in the folder `home` of a scene, through another command if need be. It ends with the test at the latest. */
export async function startTarget(
  t: TestContext,
  scene: string,
  name: string,
  environment: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<Target> {
  const home = join(scene, 'home');
  mkdirSync(home);
  const env = { CRIT_PIPE_TARGET: home, ...environment };
  t.after(() => killAll(home));
  const [file, ...words] = [...through, join(workFolder(), 'bin', name), home];
  const pid = Number(await capture(file, words, { env }));
  return { pid, home };
}

/** Lets a target judge itself, and waits for its end. */
export async function judgement({ pid, home }: Target): Promise<Verdict> {
  const file = join(home, 'verdict');
  assert.ok(!existsSync(file), 'the target judges itself once');
  process.kill(pid, 'SIGUSR1');
  await until(`the end of target ${pid}`, () => !existsSync(`/proc/${pid}`));
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  assert.ok(lines.includes('end '), `the target ended early, after:\n${lines.join('\n')}`);
  const after = (kind: string): string[] =>
    lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
  const saw = after('saw').map((line): [string, string] => {
    const [name = '', ...value] = line.split('=');
    return [name, value.join('=')];
  });
  return { ok: after('ok'), bad: after('bad'), saw: new Map(saw) };
}

/** Fails where a target did not find its state as it was. */
export async function assertIntact(target: Target): Promise<Verdict> {
  const verdict = await judgement(target);
  assert.deepEqual(verdict.bad, []);
  assert.ok(verdict.ok.length > 0, 'the target judged nothing');
  return verdict;
}

/** Ends all processes of a target that are still there, restored or not. */
export function killAll(home: string): void {
  for (const pid of processesOf(home)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // It ended with another.
    }
  }
}

/** The processes whose environment names a target's home. */
export function processesOf(home: string): number[] {
  const names = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  return names.map(Number).filter((pid) => environmentOf(pid).includes(`CRIT_PIPE_TARGET=${home}`));
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch (error) {
    if (!isSystemError(error)) throw error;
    // It has just ended.
    return [];
  }
}
