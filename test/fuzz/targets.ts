import type { Target } from './target.ts';
import { archive, codecs, stream } from './targets/archive.ts';
import { checkpoint, core, diff } from './targets/checkpoint.ts';
import { command } from './targets/command.ts';
import { document } from './targets/document.ts';
import { edits } from './targets/edits.ts';
import { image } from './targets/image.ts';
import { filters, lines } from './targets/lines.ts';
import { many } from './targets/many.ts';
import { message, request, store } from './targets/live.ts';
import { proto } from './targets/proto.ts';
import { redaction } from './targets/redact.ts';
import { refs } from './targets/refs.ts';

/** All targets; the share is how many of a hundred inputs go there, so that slow ones do not take all the time. */
export const TARGETS: readonly (Target & { readonly share: number })[] = [
  { ...image, share: 30 },
  { ...lines, share: 20 },
  { ...filters, share: 12 },
  { ...document, share: 12 },
  { ...edits, share: 12 },
  { ...request, share: 5 },
  { ...message, share: 5 },
  { ...redaction, share: 3 },
  { ...archive, share: 1.5 },
  { ...refs, share: 0.7 },
  { ...stream, share: 0.7 },
  { ...store, share: 0.7 },
  { ...codecs, share: 0.4 },
  { ...checkpoint, share: 0.3 },
  { ...diff, share: 0.2 },
  { ...core, share: 0.2 },
  { ...proto, share: 0.2 },
  { ...many, share: 0.1 },
  { ...command, share: 0.02 },
];
