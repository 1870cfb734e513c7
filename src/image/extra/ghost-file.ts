import { BASE64 } from './base64-extra.ts';
import type { Extra } from './extra.ts';
import { NONE, parts, REST } from './extra-size.ts';

/** The contents of a ghost file, or of one of its chunks: base64. */
export type GhostFile = string;

/** Without chunks, the contents are the rest of the image. CRIT does not say how much it leaves out. */
const { payload: _, ...base64 } = BASE64;

export const ghostFile: Extra = {
  ...base64,
  size(entry, isFirst) {
    if (!isFirst) return parts(entry.get('len'));
    return entry.get('chunks') === 0 ? REST : NONE;
  },
};
