import type { Command } from '../command/command.ts';
import { capture } from './capture/command.ts';
import { cat } from './cat/command.ts';
import { check } from './check/command.ts';
import { compress } from './compress/command.ts';
import { core } from './core/command.ts';
import { decode } from './decode/command.ts';
import { decompress } from './decompress/command.ts';
import { diff } from './diff/command.ts';
import { edit } from './edit/command.ts';
import { encode } from './encode/command.ts';
import { filter } from './filter/command.ts';
import { grep } from './grep/command.ts';
import { info } from './info/command.ts';
import { inspect } from './inspect/command.ts';
import { map } from './map/command.ts';
import { mem } from './mem/command.ts';
import { pack } from './pack/command.ts';
import { redact } from './redact/command.ts';
import { serve } from './serve/command.ts';
import { show } from './show/command.ts';
import { stats } from './stats/command.ts';
import { x } from './x/command.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  cat,
  filter,
  map,
  edit,
  redact,
  pack,
  capture,
  serve,
  mem,
  grep,
  diff,
  core,
  check,
  stats,
  inspect,
  decode,
  encode,
  info,
  show,
  x,
  compress,
  decompress,
];
