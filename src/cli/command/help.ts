import { USUAL_EXIT_CODES, typedName, type Command } from './command.ts';
import { spellings, withStandard, type Option } from './option.ts';

const WIDTH = 80;
/** Where the second column begins. */
const COLUMN = 28;

/** What `--help` prints. */
export function help(command: Command): string {
  const { options, operands, sections = [], exitCodes = USUAL_EXIT_CODES } = command;
  const blocks = [
    `${typedName(command)}: ${command.summary}`,
    usage(command),
    ...command.description.map((paragraph) => wrap(paragraph, 0)),
    ['Examples:', ...command.examples.flatMap((each) => [`  # ${each.does}`, `  ${each.command}`])].join('\n'),
    ...sections.map(({ title, rows }) => table(title, rows)),
    ...(operands.length > 0
      ? [
          table(
            'Operands',
            operands.map((operand) => [operand.name, operand.help]),
          ),
        ]
      : []),
    ...optionGroups(options).map(({ group, members }) =>
      table(
        group,
        members.map((option) => [spelling(option), option.help]),
      ),
    ),
    table(
      'Exit codes',
      exitCodes.map(([code, meaning]) => [String(code), meaning]),
    ),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** What is said where nothing was asked for. */
export function shortHelp(command: Command): string {
  return `${usage(command)}\n${typedName(command)}: nothing to read; try '${typedName(command)} --help'\n`;
}

/** All options of a command under their headings, the standard ones last. */
export function optionGroups(options: readonly Option[]): { group: string; members: Option[] }[] {
  const groups = new Map<string, Option[]>();
  for (const option of withStandard(options)) {
    const members = groups.get(option.group);
    if (members) members.push(option);
    else groups.set(option.group, [option]);
  }
  return [...groups].map(([group, members]) => ({ group, members }));
}

function usage(command: Command): string {
  const name = typedName(command);
  return command.usage.map((way, i) => `${i === 0 ? 'Usage:' : '      '} ${name} ${way}`).join('\n');
}

function spelling(option: Option): string {
  return `${spellings(option)
    .join(', ')
    .padStart(option.name.length + 6)}${option.value === undefined ? '' : ` ${option.value}`}`;
}

function table(title: string, rows: readonly (readonly [string, string])[]): string {
  const lines = rows.map(([term, text]) => {
    const start = `  ${term}`.padEnd(COLUMN);
    const wrapped = wrap(text, COLUMN);
    return term.length + 2 >= COLUMN ? `${start}\n${wrapped}` : `${start}${wrapped.slice(COLUMN)}`;
  });
  return [`${title}:`, ...lines].join('\n');
}

function wrap(text: string, indent: number): string {
  const margin = ' '.repeat(indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(margin + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, margin + line].join('\n');
}
