import type { Target } from './target.ts';
import { archive, codecs } from './targets/archive.ts';
import { checkpoint } from './targets/checkpoint.ts';
import { command } from './targets/command.ts';
import { document } from './targets/document.ts';
import { image } from './targets/image.ts';
import { filters, lines } from './targets/lines.ts';

/** All targets; the share is how many of a hundred inputs go there, so that slow ones do not take all the time. */
export const TARGETS: readonly (Target & { readonly share: number })[] = [
  { ...image, share: 40 },
  { ...lines, share: 25 },
  { ...filters, share: 15 },
  { ...document, share: 15 },
  { ...archive, share: 3 },
  { ...codecs, share: 1 },
  { ...checkpoint, share: 1 },
  { ...command, share: 0.05 },
];
