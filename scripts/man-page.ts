import { USUAL_EXIT_CODES, typedName, type Command, type ExitCode } from '../src/cli/command/command.ts';
import { optionGroups } from '../src/cli/command/help.ts';
import { spellings, type Option } from '../src/cli/command/option.ts';

/** The manual page of a command, in section 1, for the man macros of roff. */
export function manPage(command: Command, version: string, others: readonly Command[]): string {
  const { name, sections = [], exitCodes = USUAL_EXIT_CODES } = command;
  const lines = [
    `.TH ${escape(name.toUpperCase())} 1 "" "crit-pipe ${version}" "User Commands"`,
    '.SH NAME',
    `${escape(name)} \\- ${escape(command.summary)}`,
    '.SH SYNOPSIS',
    ...command.usage.flatMap((way, i) => [
      ...(i === 0 ? [] : ['.br']),
      `\\fB${escape(typedName(command))}\\fR ${escape(way)}`,
    ]),
    '.SH DESCRIPTION',
    ...command.description.flatMap((paragraph, i) => [...(i === 0 ? [] : ['.PP']), escape(paragraph)]),
    ...sections.flatMap(({ title, rows }) => [
      heading(title),
      ...rows.flatMap(([term, text]) => tagged(bold(term), text)),
    ]),
    '.SH OPERANDS',
    ...command.operands.flatMap((operand) => tagged(italic(operand.name), operand.help)),
    '.SH OPTIONS',
    ...optionGroups(command.options).flatMap(({ group, members }) => [
      `.SS ${escape(group)}`,
      ...members.flatMap((option) => tagged(spelling(option), option.help)),
    ]),
    '.SH EXIT STATUS',
    ...exitCodes.flatMap(([code, meaning]: ExitCode) => tagged(bold(String(code)), meaning)),
    '.SH EXAMPLES',
    ...command.examples.flatMap((each, i) => [
      ...(i === 0 ? [] : ['.PP']),
      `${escape(each.does)}:`,
      ...literal(each.command),
    ]),
    '.SH SEE ALSO',
    escapedList(others.filter((other) => other.name !== name).map((other) => other.name)),
  ];
  return `${lines.join('\n')}\n`;
}

function literal(text: string): string[] {
  return ['.PP', '.RS', '.nf', escape(text), '.fi', '.RE'];
}

function heading(title: string): string {
  return `.SH ${escape(title.toUpperCase())}`;
}

function tagged(term: string, text: string): string[] {
  return ['.TP', term, escape(text)];
}

function spelling(option: Option): string {
  const value = option.value === undefined ? '' : ` ${italic(option.value)}`;
  return `${spellings(option).map(bold).join(', ')}${value}`;
}

function escapedList(names: readonly string[]): string {
  // A name is not broken at its hyphen.
  return names.map((name) => `\\%${bold(name)}(1)`).join(', ');
}

function bold(text: string): string {
  return `\\fB${escape(text)}\\fR`;
}

function italic(text: string): string {
  return `\\fI${escape(text)}\\fR`;
}

const SPECIAL: ReadonlyMap<string, string> = new Map([
  ['\\', '\\e'],
  ['-', '\\-'],
  ["'", '\\(aq'],
  ['`', '\\(ga'],
  ['^', '\\(ha'],
  ['~', '\\(ti'],
]);

/** Text that roff prints as it is. */
function escape(text: string): string {
  const escaped = text.replace(/[\\\-'`^~]/g, (character) => SPECIAL.get(character) ?? character);
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}
