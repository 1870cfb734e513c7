import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { runPipeline, type Outcome } from './pipeline.ts';
import type { Contender, Peer, Row } from './row.ts';
import { findTool, howToGet } from './tools.ts';

/** The runs of one contender, or why there are none. */
export interface Runs {
  seconds: number[];
  cpu: number[];
  peaks: number[];
  problem?: string;
}

/** The runs of a row. */
export interface Measured {
  row: Row;
  ours: Runs;
  peers: { peer: Peer; runs: Runs }[];
}

/** Measures a row: each contender once in every round, so that a busy machine is busy for all of them. */
export async function measureRow(row: Row, rounds: number, output: string): Promise<Measured> {
  for (const input of row.inputs) input.make();
  const ours = prepare(row.ours);
  const peers = row.peers.map((peer) => ({ peer, runs: prepare(peer) }));
  if (ours.problem === undefined) await checkOutput(row, ours, output);
  const repeats = row.repeats ?? 1;
  // The tool that measures usage takes a millisecond to start, which short runs must not count.
  const withUsage = repeats === 1;
  for (let round = 0; round < rounds * repeats; round++) {
    await runOnce(row.ours, ours, output, withUsage);
    for (const { peer, runs } of peers) await runOnce(peer, runs, output, withUsage);
  }
  return { row, ours, peers };
}

function prepare({ commands, inputs = [] }: Contender): Runs {
  const missing = commands.map(([tool]) => tool).find((tool) => findTool(tool) === undefined);
  const runs: Runs = { seconds: [], cpu: [], peaks: [] };
  if (missing !== undefined) return { ...runs, problem: `missing: ${howToGet(missing)}` };
  for (const input of inputs) input.make();
  return runs;
}

/** Runs ours once before the clock counts, and compares what it wrote: speed counts only for the right bytes. */
async function checkOutput({ ours, expect }: Row, runs: Runs, output: string): Promise<void> {
  const writes = ours.commands.some((command) => command.includes(output));
  const target = writes || expect === undefined ? ours : { ...ours, stdout: output };
  const { peaks } = (await attempt(target, runs, true)) ?? { peaks: [] };
  keepHighest(runs, peaks);
  if (expect !== undefined && runs.problem === undefined) {
    const difference = differenceOf(expect, output);
    if (difference !== undefined) runs.problem = `wrong: ${difference}`;
  }
  rmSync(output, { recursive: true, force: true });
}

async function runOnce(contender: Contender, runs: Runs, output: string, withUsage: boolean): Promise<void> {
  if (runs.problem !== undefined) return;
  const outcome = await attempt(contender, runs, withUsage);
  rmSync(output, { recursive: true, force: true });
  if (outcome === undefined) return;
  runs.seconds.push(outcome.seconds);
  if (outcome.cpu !== undefined) runs.cpu.push(outcome.cpu);
  keepHighest(runs, outcome.peaks);
}

async function attempt(contender: Contender, runs: Runs, withUsage: boolean): Promise<Outcome | undefined> {
  try {
    return await runPipeline(contender, withUsage);
  } catch (error) {
    runs.problem = `failed: ${error instanceof Error ? error.message : String(error)}`;
    return undefined;
  }
}

function keepHighest(runs: Runs, peaks: readonly number[]): void {
  peaks.forEach((peak, i) => {
    runs.peaks[i] = Math.max(runs.peaks[i] ?? 0, peak);
  });
}

/** What diff says first about two files or directories; undefined where they are the same. */
function differenceOf(expected: string, path: string): string | undefined {
  const { status, stdout, stderr } = spawnSync('diff', ['-rq', expected, path], { encoding: 'utf8' });
  return status === 0 ? undefined : (stdout + stderr).split('\n')[0];
}
