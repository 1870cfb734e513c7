import { statSync } from 'node:fs';
import type { Measured, Runs } from './measure.ts';
import { MEMORY_GOAL, type Goal, type Peer, type Row } from './row.ts';
import { howToGet } from './tools.ts';

/** The least and the most of some values. */
export type Range = readonly [least: number, most: number];

/** One line of the table: ours against one peer, or alone. */
export interface Result {
  row: string;
  work: string;
  ours: string;
  /** Median seconds, and the least and the most. */
  seconds?: number;
  range?: Range;
  /** Median processor time of all its processes: it tells more than seconds where the machine was busy. */
  cpu?: number;
  /** Millions of bytes read in a second. */
  megabytes?: number;
  /** Peak memory of each of our processes, in MiB. */
  peaks: number[];
  peer?: string;
  peerSeconds?: number;
  peerRange?: Range;
  peerCpu?: number;
  /** Peak memory of each process of the peer, in MiB. */
  peerPeaks?: number[];
  /** How many times as fast as the peer. */
  speed?: number;
  goal: string;
  verdict: string;
}

/** The results of a row: one a peer, the memory goal with the first. */
export function resultsOf({ row, ours, peers }: Measured): Result[] {
  if (peers.length === 0) return [resultOf(row, ours)];
  return peers.map(({ peer, runs }) => resultOf(row, ours, peer, runs));
}

function resultOf(row: Row, ours: Runs, peer?: Peer, runs?: Runs): Result {
  const seconds = median(ours.seconds);
  const cpu = median(ours.cpu);
  const peerCpu = runs && median(runs.cpu);
  const peerSeconds = runs && median(runs.seconds);
  const speed = seconds !== undefined && peerSeconds !== undefined ? peerSeconds / seconds : undefined;
  const problem = ours.problem ?? runs?.problem;
  return {
    row: row.name,
    work: row.work,
    ours: row.ours.name,
    ...(seconds !== undefined && { seconds, range: rangeOf(ours.seconds) }),
    ...(cpu !== undefined && { cpu }),
    ...(seconds !== undefined && row.reads !== undefined && { megabytes: statSync(row.reads).size / 1e6 / seconds }),
    peaks: ours.peaks,
    ...(peer && { peer: peer.name }),
    ...(runs && peerSeconds !== undefined && { peerSeconds, peerRange: rangeOf(runs.seconds), peerPeaks: runs.peaks }),
    ...(peerCpu !== undefined && { peerCpu }),
    ...(speed !== undefined && { speed }),
    goal: peer ? describe(peer.goal) : `${MEMORY_GOAL} MiB`,
    verdict: problem ?? unmeasured(ours, peer) ?? verdict(ours.peaks, speed, peer?.goal),
  };
}

/** Without a peer only memory counts, which one tool measures. */
function unmeasured({ peaks }: Runs, peer: Peer | undefined): string | undefined {
  return peer === undefined && peaks.length === 0 ? `missing: ${howToGet('time')}` : undefined;
}

function verdict(peaks: readonly number[], speed: number | undefined, goal: Goal | undefined): string {
  const missed: string[] = [];
  if (peaks.some((peak) => peak > MEMORY_GOAL)) missed.push('memory');
  if (goal !== undefined && speed !== undefined && !isMet(goal, speed)) missed.push('time');
  return missed.length === 0 ? 'ok' : `MISSED: ${missed.join(', ')}`;
}

function isMet(goal: Goal, speed: number): boolean {
  return 'speed' in goal ? speed >= goal.speed : 1 / speed <= goal.time;
}

function describe(goal: Goal | undefined): string {
  if (goal === undefined) return '-';
  return 'speed' in goal ? `${goal.speed} x` : `1/${goal.time} x`;
}

function rangeOf(values: readonly number[]): Range {
  return [Math.min(...values), Math.max(...values)];
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 0 && low !== undefined && high !== undefined ? (low + high) / 2 : high;
}
