import { BASE64 } from './base64-extra.ts';
import type { Extra } from './extra.ts';
import { NONE, padded, roundUp } from './extra-size.ts';

/** The contents of a System V shared memory segment: base64. Newer images have them in pagemap-shmem-ID.img. */
export type IpcShm = string;

/** CRIU pads them to words of 4 bytes. */
const UNIT = 4;

export const ipcShm: Extra = {
  ...BASE64,
  size: (entry) => (entry.get('in_pagemaps') === 0 ? padded(entry.get('size'), UNIT) : NONE),
  stringPadding: (length) => roundUp(length, UNIT) - length,
};
