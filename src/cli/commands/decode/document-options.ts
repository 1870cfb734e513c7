import type { Operand, Option } from '../../command/option.ts';

/** Options under the names that CRIT gives them. */

export function inOption(what: string): Option {
  return {
    name: 'in',
    short: 'i',
    value: 'FILE',
    complete: 'file',
    group: 'Input',
    help: `read ${what} from FILE; standard input without it`,
  };
}

export function outOption(what: string): Option {
  return {
    name: 'out',
    short: 'o',
    value: 'FILE',
    complete: 'file',
    group: 'Output',
    help: `write ${what} to FILE, in the place of one that is there; standard output without it`,
  };
}

export const IMAGE_OPERAND: Operand = {
  name: 'FILE',
  stdin: true,
  help: 'the image; standard input without one, or for -',
};
