/** Results that were kept, and what has become slower since. */
import { isObject } from '../src/codec/json.ts';
import type { Machine } from './machine.ts';
import type { Range, Result } from './result.ts';

export interface KeptRun {
  readonly machine: Machine & { readonly load: number };
  readonly isQuick: boolean;
  readonly results: readonly Timed[];
}

/** What is compared. */
type Timed = Pick<Result, 'row' | 'ours' | 'seconds' | 'range'>;

/** A median that is higher by less than this says nothing, even where runs never overlap. */
const NOISE = 1.03;

/** The run in the text of a file that `--json` wrote. */
export function keptRun(text: string): KeptRun {
  const value: unknown = JSON.parse(text);
  if (!isKeptRun(value)) throw new Error('--compare: this is not what --json writes');
  return value;
}

function isKeptRun(value: unknown): value is KeptRun {
  return (
    isObject(value) &&
    isObject(value['machine']) &&
    typeof value['isQuick'] === 'boolean' &&
    Array.isArray(value['results']) &&
    value['results'].every((each) => isObject(each) && typeof each['row'] === 'string')
  );
}

/** A line for each row all of whose runs took longer than all runs of the kept result, and for what forbids to compare. */
export function slower(kept: KeptRun, now: KeptRun): string[] {
  if (kept.isQuick !== now.isQuick) throw new Error('--compare: one of both was measured with --quick');
  const lines = new Set<string>();
  for (const after of now.results) {
    const before = kept.results.find(({ row, ours }) => row === after.row && ours === after.ours);
    const isSlower = before?.seconds !== undefined && after.seconds !== undefined && isAbove(before, after);
    if (isSlower) lines.add(`slower: ${after.row}: ${told(after)}, was ${told(before)}`);
  }
  const { processor, cores } = kept.machine;
  if (lines.size > 0 && (processor !== now.machine.processor || cores !== now.machine.cores))
    lines.add(`but that was another machine: ${cores} x ${processor}`);
  return [...lines];
}

function isAbove(before: Timed, after: Timed): boolean {
  const { seconds: old = 0, range: [, most] = [old, old] } = before;
  const { seconds = 0, range: [least] = [seconds, seconds] } = after;
  return least > most && seconds > old * NOISE;
}

function told({ seconds = 0, range }: { seconds?: number; range?: Range }): string {
  const spread = range ? ` (${range.map((each) => each.toFixed(3)).join('..')})` : '';
  return `${seconds.toFixed(3)} s${spread}`;
}
