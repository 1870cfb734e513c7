/** Extras of documents, in the forms that CRIT and the Go tool give them, as the encoders take them. */
import type { ExtraKind } from '../schema/images.ts';
import { isObject, parseJson } from '../codec/json.ts';

/** Names that the Go tool has given to the two queues of a TCP connection. */
const QUEUE_NAMES: ReadonlyMap<string, string> = new Map([
  ['in_q', 'inq'],
  ['inQ', 'inq'],
  ['out_q', 'outq'],
  ['outQ', 'outq'],
]);

/** The value of an extra. Throws a CritError where there is broken JSON in a string. */
export function documentExtra(kind: ExtraKind, extra: unknown): unknown {
  switch (kind) {
    case 'tcp-stream':
      return renamed(jsonInside(extra));
    case 'ipc-sem':
      return jsonInside(extra);
    case 'ipc-msg':
      return messages(jsonInside(extra));
    default:
      // CRIT has this for an extra of no bytes, whether there is one or not.
      return extra === '' ? undefined : extra;
  }
}

/** The Go tool puts JSON into a string. */
function jsonInside(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[[{]/.test(value) ? parseJson(value) : value;
}

function renamed(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, queue]) => [QUEUE_NAMES.get(key) ?? key, queue]));
}

/** Messages and their texts alternate in a list. */
function messages(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  const list: readonly unknown[] = value;
  return Array.from({ length: Math.ceil(list.length / 2) }, (_, index) => ({
    msg: jsonInside(list[2 * index]),
    text: list[2 * index + 1],
  }));
}
