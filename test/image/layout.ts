/** Where the entries of an image stand, found in another way than src/image does: with protobufjs, all bytes at hand. */
import { BUILT_IN } from '../../src/schema/built-in.ts';
import type { ImageType } from '../../src/schema/image-schema.ts';
import { HEAD_NUMBERS } from '../../src/schema/images.ts';
import { decodeWithOracle } from '../oracle.ts';

export interface Layout {
  type: ImageType;
  /** Where the first entry begins. */
  start: number;
  /** Where each entry begins, its payload ends, and its extra ends; its value where an extra depends on it. */
  entries: { start: number; payloadEnd: number; end: number; value: Record<string, unknown> }[];
}

/** The layout of a whole image of entries, or undefined where it is none. */
export function layoutOf(image: Buffer): Layout | undefined {
  if (image.length < 4) return undefined;
  const first = image.readUInt32LE(0);
  const hasHead = first === HEAD_NUMBERS.common || first === HEAD_NUMBERS.service;
  const start = hasHead ? 8 : 4;
  if (image.length < start) return undefined;
  const type = BUILT_IN.byNumber(image.readUInt32LE(start - 4));
  if (!type) return undefined;
  const entries: Layout['entries'] = [];
  for (let at = start; at < image.length;) {
    const payloadEnd = at + 4 + image.readUInt32LE(at);
    const message = entries.length === 0 ? (type.first ?? type.entry) : type.entry;
    const value = type.extra ? decodeWithOracle(message, image.subarray(at + 4, payloadEnd)) : {};
    const end = payloadEnd + extraLength(type, value, image, payloadEnd, entries.length === 0);
    if (end > image.length) throw new RangeError(`entry at ${at} ends at ${end}`);
    entries.push({ start: at, payloadEnd, end, value });
    at = end;
  }
  return { type, start, entries };
}

function extraLength(
  type: ImageType,
  value: Record<string, unknown>,
  image: Buffer,
  from: number,
  isFirst: boolean,
): number {
  const number = (name: string): number => Number(value[name] ?? 0);
  const up = (length: number, unit: number): number => length + ((unit - (length % unit)) % unit);
  switch (type.magic) {
    case 'PIPES_DATA':
    case 'FIFO_DATA':
      return number('bytes');
    case 'SK_QUEUES':
      return number('length');
    case 'TCP_STREAM':
      return number('inq_len') + number('outq_len');
    case 'BPFMAP_DATA':
      return number('keys_bytes') + number('values_bytes');
    case 'IPCNS_SEM':
      return up(2 * number('nsems'), 8);
    case 'IPCNS_SHM':
      return value['in_pagemaps'] === true ? 0 : up(number('size'), 4);
    case 'GHOST_FILE':
      if (!isFirst) return number('len');
      return value['chunks'] === true ? 0 : image.length - from;
    case 'IPCNS_MSG': {
      let at = from;
      for (let message = 0; message < number('qnum'); message++) {
        const header = image.subarray(at + 4, at + 4 + image.readUInt32LE(at));
        at += 4 + header.length + up(Number(decodeWithOracle('ipc_msg', header)['msize']), 8);
      }
      return at - from;
    }
    default:
      return 0;
  }
}
