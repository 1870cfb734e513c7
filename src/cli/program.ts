import { crit, subcommand } from './commands/crit/command.ts';
import { commands } from './commands/commands.ts';
import { main } from './command/main.ts';

/** What a launcher calls: runs the program of that name as this process. `crit` calls every command by its word. */
export function program(name: string): void {
  const argv = process.argv.slice(2);
  const [word = '', ...rest] = argv;
  const command = name === crit.name ? subcommand(word) : commands.find((each) => each.name === name);
  if (command) void main(command, name === crit.name ? rest : argv);
  // What follows an unknown word is not for crit to judge.
  else void main(crit, word === '' || word.startsWith('-') ? argv : [word]);
}
