import type { Command } from '../src/cli/command/command.ts';
import { spellings, withStandard, type Completion, type Operand } from '../src/cli/command/option.ts';

/** A script for bash that completes all commands; `crit` is the one that calls the others. */
export function bashCompletion(crit: Command, commands: readonly Command[], magics: readonly string[]): string {
  const all = [crit, ...commands];
  const programs = all.filter(({ isPartOfCrit }) => isPartOfCrit !== true).map(({ name }) => name);
  return `# Completion of ${programs.join(', ')} for bash.

# Sets what is known of a command: its options, and what completes its operands in turn, the last again and again.
_crit_pipe_command() {
  case $1 in
${all.map(commandCase).join('\n')}
    *) return 1 ;;
  esac
}

# Sets the number of values that an option takes, and what completes them.
_crit_pipe_option() {
  values=0
  case "$1 $2" in
${all.flatMap(optionCases).join('\n')}
  esac
}

# Does the same for letters in one word, such as -km.
_crit_pipe_letters() {
  local i
  for ((i = 1; i < \${#2}; i++)); do
    seen+="-\${2:i:1} "
    _crit_pipe_option "$1" "-\${2:i:1}"
    if ((values > 0)); then
      ((i + 1 < \${#2})) && ((values--))
      return
    fi
  done
}

_crit_pipe_reply() {
  local before=''
  case $1 in
    file) mapfile -t COMPREPLY < <(compgen -f -- "$2") && compopt -o filenames ;;
    directory) mapfile -t COMPREPLY < <(compgen -d -- "$2") && compopt -o filenames ;;
    magic)
      [[ $2 == *,* ]] && before=\${2%,*},
      mapfile -t COMPREPLY < <(compgen -P "$before" -W '${magics.join(' ')}' -- "\${2##*,}")
      ;;
    none) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2") ;;
  esac
}

_crit_pipe() {
  local command=\${COMP_WORDS[0]##*/} first=1 current=\${COMP_WORDS[COMP_CWORD]}
  local i word values=0 kind=none options operands seen=' ' ended='' taken=0
  COMPREPLY=()
  if [[ $command == crit ]] && ((COMP_CWORD > 1)); then
    command=crit-\${COMP_WORDS[1]} first=2
  fi
  _crit_pipe_command "$command" || return 0
  for ((i = first; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((values > 0)); then
      # bash makes three words of --name=value.
      [[ $word == = ]] || ((values--))
    elif [[ $ended || $word == - || $word != -* ]]; then
      ((++taken))
    elif [[ $word == -- ]]; then
      ended=1
    else
      seen+="$word "
      if [[ $word == --* ]]; then _crit_pipe_option "$command" "$word"; else _crit_pipe_letters "$command" "$word"; fi
    fi
  done
  [[ $current == = ]] && current=
  if ((values > 0)); then
    _crit_pipe_reply "$kind" "$current"
  elif [[ ! $ended && $current == -* ]]; then
    _crit_pipe_reply "$options" "$current"
  else
    _crit_pipe_command "$command"
    ((taken < \${#operands[@]})) || taken=$((\${#operands[@]} - 1))
    ((taken < 0)) || _crit_pipe_reply "\${operands[taken]}" "$current"
  fi
}

complete -F _crit_pipe ${programs.join(' ')}
`;
}

function commandCase(command: Command): string {
  const names = withStandard(command.options).flatMap(spellings);
  const lines = [
    `    ${command.name})`,
    `      options='${names.join(' ')}'`,
    '      operands=()',
    ...command.operands.map((operand) => operandLine(operand, command)),
    '      ;;',
  ];
  return lines.join('\n');
}

function operandLine(operand: Operand, command: Command): string {
  const add = `operands+=('${kindOf(operand.complete ?? 'file')}')`;
  const rival = command.options.find((option) => option.name === operand.unless);
  if (!rival) return `      ${add}`;
  return `      [[ ${spellings(rival)
    .map((each) => `$seen == *' ${each} '*`)
    .join(' || ')} ]] || ${add}`;
}

function optionCases(command: Command): string[] {
  return withStandard(command.options)
    .filter((option) => option.value !== undefined)
    .map((option) => {
      const patterns = spellings(option).map((each) => `'${command.name} ${each}'`);
      return `    ${patterns.join(' | ')}) values=${option.arity ?? 1} kind='${kindOf(option.complete ?? 'none')}' ;;`;
    });
}

function kindOf(completion: Completion): string {
  return typeof completion === 'string' ? completion : completion.join(' ');
}
