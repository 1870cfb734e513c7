import { crit, subcommand } from './commands/crit/command.ts';
import { commands } from './commands/commands.ts';
import { PLUGIN, describePlugin } from './plugin.ts';
import { main } from './command/main.ts';

/** What a launcher calls: runs the program of that name as this process. `crit`, also as a plugin, calls every command by its word. */
export function program(name: string): void {
  const argv = process.argv.slice(2);
  const [word = '', ...rest] = argv;
  if (name === PLUGIN && describePlugin(word)) return;
  const isCrit = name === crit.name || name === PLUGIN;
  const command = isCrit ? subcommand(word) : commands.find((each) => each.name === name);
  if (command) void main(command, isCrit ? rest : argv);
  // What follows an unknown word is not for crit to judge.
  else void main(crit, word === '' || word.startsWith('-') ? argv : [word]);
}
