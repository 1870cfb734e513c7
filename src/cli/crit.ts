/** `crit`: the program that calls every command by its word. */
import { crit, subcommand } from './commands/crit/command.ts';
import { main } from './command/main.ts';

const [word = '', ...rest] = process.argv.slice(2);
const command = subcommand(word);
if (command) void main(command, rest);
// What follows an unknown word is not for crit to judge.
else void main(crit, word === '' || word.startsWith('-') ? process.argv.slice(2) : [word]);
