import type { Command } from './command.ts';
import { cat } from './commands/cat.ts';
import { filter } from './commands/filter.ts';
import { map } from './commands/map.ts';
import { pack } from './commands/pack.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [cat, filter, map, pack];
