import { BASE64 } from './base64-extra.ts';
import type { Extra } from './extra.ts';
import { parts } from './extra-size.ts';
import { bytesOf, sized } from './extra-value.ts';
import { twoParts } from './two-parts.ts';

/** The keys of a BPF map, and the values in the same order: base64. */
export interface BpfmapData {
  keys: string;
  values: string;
}

const { encode, ...inLines } = twoParts('keys', 'values');

export const bpfmapData: Extra = {
  // CRIT has both in one string.
  ...BASE64,
  ...inLines,
  size: (entry) => parts(entry.get('keys_bytes'), entry.get('values_bytes')),
  encode: (size, value, schema) =>
    typeof value === 'string' && size.kind === 'bytes'
      ? sized(bytesOf(value, 'extra'), size.size, 'extra')
      : encode(size, value, schema),
};
