import type { Command } from '../src/cli/command/command.ts';
import { STANDARD_OPTIONS, withStandard, type Completion, type Option } from '../src/cli/command/option.ts';

/** Lines for fish that complete all commands; `crit` is the one that calls the others. */
export function fishCompletion(crit: Command, commands: readonly Command[], magics: readonly string[]): string {
  const lines = [
    `# Completion of ${[crit, ...commands.filter(isProgram)].map(({ name }) => name).join(', ')} for fish.`,
    `set -g __crit_pipe_magics ${magics.join(' ')}`,
    '',
    'complete -c crit -n __fish_use_subcommand -f',
    ...STANDARD_OPTIONS.map((option) => optionLine('-c crit -n __fish_use_subcommand', option)),
  ];
  for (const command of commands) {
    const word = command.name.replace(/^crit-/, '');
    lines.push(
      '',
      `complete -c crit -n __fish_use_subcommand -a ${word} -d ${quote(command.summary)}`,
      ...options(command, `-c crit -n '__fish_seen_subcommand_from ${word}'`),
      ...(isProgram(command) ? options(command, `-c ${command.name}`) : []),
    );
  }
  return `${lines.join('\n')}\n`;
}

function isProgram({ isPartOfCrit }: Command): boolean {
  return isPartOfCrit !== true;
}

function options(command: Command, start: string): string[] {
  return withStandard(command.options).map((option) => optionLine(start, option));
}

function optionLine(start: string, option: Option): string {
  const short = option.short === undefined ? '' : ` -s ${option.short}`;
  const value = option.value === undefined ? '' : valueOf(option.complete ?? 'none');
  return `complete ${start}${short} -l ${option.name}${value} -d ${quote(option.help)}`;
}

function valueOf(completion: Completion): string {
  if (typeof completion !== 'string') return ` -x -a ${quote(completion.join(' '))}`;
  return {
    file: ' -r -F',
    directory: " -x -a '(__fish_complete_directories)'",
    magic: " -x -a '(__fish_append , $__crit_pipe_magics)'",
    none: ' -x',
  }[completion];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
