import { CritError } from '../../../error.ts';
import { didYouMean } from '../../../nearest.ts';
import type { Command } from '../../command/command.ts';
import { commands } from '../commands.ts';

const PREFIX = 'crit-';

/** The command that the first word after `crit` names. */
export function subcommand(word: string): Command | undefined {
  return commands.find(({ name }) => name === `${PREFIX}${word}`);
}

const words = commands.map(({ name }) => name.slice(PREFIX.length));

export const crit: Command = {
  name: 'crit',
  summary: 'work with checkpoint images of CRIU as lines of JSON',
  usage: ['COMMAND [ARGUMENT]...'],
  description: [
    "'crit COMMAND --help' tells about a command. decode, encode, info, show, x, compress and decompress are those of CRIT, with the same " +
      "output; for the others 'crit COMMAND' is 'crit-COMMAND'.",
  ],
  options: [],
  operands: [
    { name: 'COMMAND', required: true, complete: words, help: 'one of the commands' },
    { name: 'ARGUMENT', many: true, help: 'what the command takes' },
  ],
  sections: [{ title: 'Commands', rows: commands.map(({ summary }, i) => [words[i] ?? '', summary]) }],
  examples: [
    { command: 'crit cat checkpoint/', does: 'all that is in a checkpoint' },
    { command: 'crit cat checkpoint/ | crit pack -C copy/', does: 'there and back, byte for byte' },
    { command: 'crit filter --help', does: 'about one command' },
  ],
  // Runs only where the word is no command: src/cli/crit.ts calls the others.
  run(args) {
    const word = args.operand('COMMAND') ?? '';
    return Promise.reject(new CritError('usage', `unknown command ${word}${didYouMean(word, words)}`));
  },
};
