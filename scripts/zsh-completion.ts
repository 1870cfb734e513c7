import type { Command } from '../src/cli/command/command.ts';
import {
  STANDARD_OPTIONS,
  spellings,
  withStandard,
  type Completion,
  type Operand,
  type Option,
} from '../src/cli/command/option.ts';

/** A function for zsh that completes all commands; `crit` is the one that calls the others. */
export function zshCompletion(crit: Command, commands: readonly Command[], magics: readonly string[]): string {
  const programs = [crit, ...commands].filter(({ isPartOfCrit }) => isPartOfCrit !== true).map(({ name }) => name);
  return `#compdef ${programs.join(' ')}

_crit_pipe_magics() {
  _values -s , MAGIC ${magics.join(' ')}
}

_crit_pipe() {
  local context state state_descr line ret=1
  typeset -A opt_args
  case $1 in
    crit)
      _arguments -C -S \\
        ${STANDARD_OPTIONS.flatMap((option) => optionSpecs(option, crit)).join(' \\\n        ')} \\
        ${quote(`1:COMMAND:((${commands.map((each) => row(each)).join(' ')}))`)} \\
        '*::ARGUMENT:->arguments' && ret=0
      if [[ $state == arguments ]]; then
        _crit_pipe crit-$words[1] && ret=0
      fi
      ;;
${commands.map(commandCase).join('\n')}
  esac
  return ret
}

_crit_pipe "$service"
`;
}

function row({ name, summary }: Command): string {
  return `${name.replace(/^crit-/, '')}\\:"${summary}"`;
}

function commandCase(command: Command): string {
  const specs = [
    ...withStandard(command.options).flatMap((option) => optionSpecs(option, command)),
    ...command.operands.map((operand, i) => operandSpec(operand, i)),
  ];
  return `    ${command.name})\n      _arguments -s -S \\\n        ${specs.join(' \\\n        ')} && ret=0\n      ;;`;
}

function optionSpecs(option: Option, command: Command): string[] {
  const rivals = command.operands.flatMap((operand, i) => (operand.unless === option.name ? [place(operand, i)] : []));
  const again = option.repeat === true ? '*' : '';
  const own = option.repeat === true ? [] : spellings(option);
  const excluded = own.length > 1 || rivals.length > 0 ? `(${[...own, ...rivals].join(' ')})` : '';
  const values = option.value === undefined ? [] : option.value.split(' ');
  const action = actionOf(option.complete ?? 'none');
  const tail = `[${bracketed(option.help)}]${values.map((value) => `:${value.replace(/\W.*/, '')}:${action}`).join('')}`;
  const attached = values.length === 1;
  return spellings(option).map((each) => {
    const join = !attached ? '' : each.startsWith('--') ? '=' : '+';
    return quote(`${excluded}${again}${each}${join}${tail}`);
  });
}

function operandSpec(operand: Operand, index: number): string {
  return quote(`${place(operand, index)}:${operand.name}:${actionOf(operand.complete ?? 'file')}`);
}

function place(operand: Operand, index: number): string {
  return operand.many === true ? '*' : String(index + 1);
}

function actionOf(completion: Completion): string {
  if (typeof completion !== 'string') return `(${completion.join(' ')})`;
  return { file: '_files', directory: '_files -/', magic: '_crit_pipe_magics', none: ' ' }[completion];
}

function bracketed(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
