import type { Command } from './command.ts';
import { cat } from './commands/cat.ts';
import { decode } from './commands/decode.ts';
import { encode } from './commands/encode.ts';
import { filter } from './commands/filter.ts';
import { grep } from './commands/grep.ts';
import { info } from './commands/info.ts';
import { inspect } from './commands/inspect.ts';
import { map } from './commands/map.ts';
import { mem } from './commands/mem.ts';
import { pack } from './commands/pack.ts';
import { show } from './commands/show.ts';
import { stats } from './commands/stats.ts';
import { x } from './commands/x.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  cat,
  filter,
  map,
  pack,
  mem,
  grep,
  stats,
  inspect,
  decode,
  encode,
  info,
  show,
  x,
];
