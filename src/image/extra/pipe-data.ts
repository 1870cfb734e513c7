import { BASE64 } from './base64-extra.ts';
import type { Extra } from './extra.ts';
import { parts } from './extra-size.ts';

/** The contents of a pipe: base64. */
export type PipeData = string;

export const pipeData: Extra = { ...BASE64, size: (entry) => parts(entry.get('bytes')) };
