/** What waits in queues, as a whole: left out, or, of TCP, whose peers count its bytes, overwritten. */
import { rawOf } from '../edit/text.ts';
import { isObject } from '../codec/json.ts';
import type { LineValue } from '../line/line-head.ts';
import type { Place } from './place.ts';

/** What becomes of queues: of their entry, and of the pieces of its extra. */
export type QueueFate = 'leave out' | 'empty' | 'fill';

const FATES: ReadonlyMap<string, QueueFate> = new Map([
  ['PIPES_DATA', 'leave out'],
  ['FIFO_DATA', 'leave out'],
  ['SK_QUEUES', 'leave out'],
  ['TTY_DATA', 'leave out'],
  ['IPCNS_MSG', 'empty'],
  ['TCP_STREAM', 'fill'],
]);

/** Undefined for images that hold no queues. */
export function fateOf(magic: string): QueueFate | undefined {
  return FATES.get(magic);
}

/** Told of each queue that is left out, emptied or overwritten. */
export type OnQueue = (place: Place) => void;

/** What stands in the place of an entry; undefined where it is left out. */
export function withoutQueue(
  fate: QueueFate,
  line: LineValue,
  entry: Record<string, unknown>,
  fill: number,
): LineValue | undefined {
  if (fate === 'leave out') return undefined;
  const { extra, wire: _wire, ...rest } = line;
  if (fate === 'empty') return { ...rest, entry: { ...entry, qnum: 0 } };
  return { ...rest, entry, extra: filled(extra, fill) };
}

function filled(extra: unknown, fill: number): unknown {
  if (typeof extra === 'string') return Buffer.alloc(rawOf(extra).length, fill).toString('base64');
  if (!isObject(extra)) return extra;
  return Object.fromEntries(Object.entries(extra).map(([key, part]) => [key, filled(part, fill)]));
}
