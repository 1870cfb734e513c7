/** A profile of V8 as the shares of the time that functions took by themselves. */
import { basename } from 'node:path';

export interface Profile {
  readonly command: string;
  readonly seconds: number;
  /** The functions that took most, the largest share of the time first; the others together at the end. */
  readonly parts: readonly Part[];
}

export interface Part {
  readonly name: string;
  /** 0 to 1. */
  readonly share: number;
}

const MOST_PARTS = 8;
/** What V8 calls the time that belongs to no function. */
const OUTSIDE: ReadonlyMap<string, string> = new Map([
  ['(idle)', 'waiting'],
  ['(program)', 'Node.js and the kernel'],
  ['(garbage collector)', 'garbage collection'],
]);

interface Sampled {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** Reads a `.cpuprofile`. Throws an Error where it is none. */
export function profileOf(command: string, text: string): Profile {
  const value: unknown = JSON.parse(text);
  if (!isSampled(value)) throw new Error(`${command}: not a profile`);
  const names = new Map(value.nodes.map(({ id, callFrame }) => [id, nameOf(callFrame.functionName, callFrame.url)]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [i, id] of value.samples.entries()) {
    const name = names.get(id) ?? 'Node.js and the kernel';
    const time = Math.max(0, value.timeDeltas[i] ?? 0);
    times.set(name, (times.get(name) ?? 0) + time);
    total += time;
  }
  const all = [...times]
    .map(([name, time]) => ({ name, share: time / total }))
    .toSorted((one, other) => other.share - one.share);
  const rest = all.slice(MOST_PARTS).reduce((sum, { share }) => sum + share, 0);
  const parts = rest > 0 ? [...all.slice(0, MOST_PARTS), { name: 'all others', share: rest }] : all;
  return { command, seconds: total / 1e6, parts };
}

function nameOf(functionName: string, url: string): string {
  const outside = OUTSIDE.get(functionName);
  if (outside !== undefined) return outside;
  if (functionName === '') return `a function without name${url === '' ? '' : ` in ${basename(url)}`}`;
  return `${functionName}${url.startsWith('node:') ? ` of ${url}` : ''}`;
}

function isSampled(value: unknown): value is Sampled {
  return (
    typeof value === 'object' &&
    value !== null &&
    'nodes' in value &&
    Array.isArray(value.nodes) &&
    'samples' in value &&
    Array.isArray(value.samples) &&
    'timeDeltas' in value &&
    Array.isArray(value.timeDeltas)
  );
}
