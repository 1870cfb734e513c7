import { BASE64 } from './base64-extra.ts';
import type { Extra } from './extra.ts';
import { parts } from './extra-size.ts';

/** A packet in the queue of a socket: base64. */
export type SkQueue = string;

export const skQueue: Extra = { ...BASE64, size: (entry) => parts(entry.get('length')) };
