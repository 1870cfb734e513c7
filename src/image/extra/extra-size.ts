/**
 * How many bytes follow an entry. Source: CRIU's image writers, and the lengths that the entries themselves hold.
 *
 * Two kinds have no length: the contents of a ghost file without chunks, which are the rest of the image, and message
 * queues, whose length shows only as they are read (message-queue.ts).
 */
import { fields, readAnyVarint, type Halves } from '../../codec/wire.ts';
import { CritError } from '../../error.ts';
import type { ExtraKind } from '../../schema/images.ts';

export type ExtraSize =
  | { readonly kind: 'none' }
  /** `size` bytes in all; the lengths of their parts. */
  | { readonly kind: 'bytes'; readonly size: number; readonly parts: readonly number[] }
  | { readonly kind: 'rest' }
  | { readonly kind: 'messages'; readonly count: number };

const NONE: ExtraSize = { kind: 'none' };

/** The size of an entry's extra, by the encoded entry. `first`: it is the first one of its image. */
export function extraSize(kind: ExtraKind, entry: Uint8Array, first: boolean): ExtraSize {
  const numbers = varintFields(entry);
  const number = (field: number): number => {
    const length = numbers.get(field) ?? 0;
    if (!Number.isSafeInteger(length))
      throw new CritError('limit', 'an extra of more than 2^53 bytes, which no file has');
    return length;
  };
  switch (kind) {
    case 'pipe-data': // bytes
    case 'sk-queue': // length
      return whole(number(2));
    case 'tcp-stream': // inq_len, outq_len
      return { kind: 'bytes', size: number(1) + number(3), parts: [number(1), number(3)] };
    case 'bpfmap-data': // keys_bytes, values_bytes
      return { kind: 'bytes', size: number(2) + number(3), parts: [number(2), number(3)] };
    case 'ipc-sem': // nsems
      return { kind: 'bytes', size: roundUp(number(2) * 2, 8), parts: [number(2) * 2] };
    case 'ipc-shm': // in_pagemaps, size
      return number(3) !== 0 ? NONE : { kind: 'bytes', size: roundUp(number(2), 4), parts: [number(2)] };
    case 'ipc-msg': // qnum
      return { kind: 'messages', count: number(3) };
    case 'ghost-file': // of the first entry: chunks; of the others: len
      if (!first) return whole(number(1));
      return number(9) !== 0 ? NONE : { kind: 'rest' };
  }
}

function whole(size: number): ExtraSize {
  return { kind: 'bytes', size, parts: [size] };
}

/** A multiple of `unit`, which a length that is one already stays. */
export function roundUp(length: number, unit: number): number {
  return Math.ceil(length / unit) * unit;
}

/** The integers of a message by field number; of a field that stands there twice, the last. */
function varintFields(message: Uint8Array): Map<number, number> {
  const numbers = new Map<number, number>();
  const halves: Halves = { lo: 0, hi: 0 };
  for (const field of fields(message, 0, message.length)) {
    if (field.wire !== 0) continue;
    readAnyVarint(message, field.value, field.end, halves);
    numbers.set(field.number, halves.hi * 0x100000000 + halves.lo);
  }
  return numbers;
}
