/** Rules as people write them for gitleaks, in TOML: `[[rules]]` and what is allowed. */
import { parse, TomlError } from 'smol-toml';
import { CritError, placed } from '../../error.ts';
import { parseGoPattern } from '../go-pattern.ts';
import { compile } from '../program.ts';
import { keywordsOf } from './keywords-of.ts';
import type { Allowance, Rule } from './rule.ts';

export interface RulesFile {
  readonly rules: readonly Rule[];
  /** What of the file has no meaning here, for the user to know. */
  readonly notes: readonly string[];
}

const MOST_RULES = 5000;
const LONGEST_PATTERN = 20_000;
/** Steps of the patterns of all rules together. */
const MOST_STEPS = 1_000_000;

type Table = Readonly<Record<string, unknown>>;

/** Throws a CritError with code "usage", the rule and its line where something of it is wrong. */
export function readGitleaksRules(text: string, file: string): RulesFile {
  try {
    return readConfig(text, tableOf(text));
  } catch (error) {
    throw placed(error, { image: file });
  }
}

function readConfig(text: string, config: Table): RulesFile {
  const notes: string[] = [];
  if (config['extend'] !== undefined)
    notes.push('the rules that [extend] names are not read: name their file with another --rules');
  const tables = listOf(config, 'rules');
  if (tables.length === 0) throw new CritError('usage', 'no [[rules]] are in it');
  if (tables.length > MOST_RULES) throw new CritError('usage', `more than ${MOST_RULES} rules`);
  const forAll = allowedIn(config);
  const rules = new Map<string, Rule>();
  const ofSomeFiles: string[] = [];
  let steps = 0;
  for (const [index, table] of tables.entries()) {
    const id = typeof table['id'] === 'string' ? table['id'] : '';
    const name = id === '' ? `rule ${index + 1}` : `rule ${id}`;
    try {
      if (id === '') throw new CritError('usage', 'it has no id');
      if (rules.has(id)) throw new CritError('usage', 'another rule has the same id');
      const reason = whyNot(table);
      if (reason !== undefined) {
        notes.push(`${name} is left out: ${reason}`);
        continue;
      }
      if (table['path'] !== undefined) ofSomeFiles.push(id);
      if (table['required'] !== undefined) notes.push(`${name} is found also where what it requires is not near`);
      const allowed = [
        ...allowedIn(table),
        ...forAll.filter(({ targets }) => targets.length === 0 || targets.includes(id)),
      ];
      const { rule, size } = ruleOf(
        id,
        table,
        allowed.map(({ allowance }) => allowance),
      );
      steps += size;
      if (steps > MOST_STEPS) throw new CritError('usage', `with it the patterns have over ${MOST_STEPS} steps`);
      rules.set(id, rule);
    } catch (error) {
      if (!(error instanceof CritError)) throw error;
      throw new CritError('usage', `${name}: ${error.reason}`, { line: lineOf(text, id, index) }, error);
    }
  }
  if (ofSomeFiles.length > 0)
    notes.push(
      `rules for files of some names are tried everywhere, since memory has no names: ${ofSomeFiles.join(', ')}`,
    );
  return { rules: [...rules.values()], notes };
}

function tableOf(text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new CritError('usage', `no TOML: ${reason}`, { line: error.line }, error);
  }
}

/** Why a rule says nothing about memory. */
function whyNot(table: Table): string | undefined {
  if (table['regex'] === undefined && table['path'] !== undefined)
    return 'it is about the names of files alone, which memory has not';
  return table['skipReport'] === true ? 'it says of itself that it is not to be reported' : undefined;
}

function ruleOf(id: string, table: Table, allow: readonly Allowance[]): { rule: Rule; size: number } {
  const pattern = stringOf(table, 'regex');
  if (pattern === undefined) throw new CritError('usage', 'it has neither regex nor path');
  if (pattern.length > LONGEST_PATTERN) throw new CritError('usage', `a regex of over ${LONGEST_PATTERN} characters`);
  const parsed = parseGoPattern(pattern, 'of runs');
  const { steps } = compile(parsed, { hasMarks: true });
  const groups = new Set(steps.flatMap((step) => (step.kind === 'mark' ? [step.slot >> 1] : []))).size;
  const group = numberOf(table, 'secretGroup') ?? 0;
  if (group > groups) throw new CritError('usage', `secretGroup = ${group}, and the regex has ${groups}`);
  const rule = {
    id,
    description: stringOf(table, 'description') ?? '',
    pattern,
    ...keywordsOf(parsed, stringsOf(table, 'keywords')),
    ...(group > 0 && { group }),
    entropy: numberOf(table, 'entropy') ?? 0,
    allow,
  };
  return { rule, size: steps.length };
}

/** What is allowed, and for which rules; for all where none are named. */
interface Allowed {
  readonly allowance: Allowance;
  readonly targets: readonly string[];
}

function allowedIn(table: Table): Allowed[] {
  return [...listOf(table, 'allowlist'), ...listOf(table, 'allowlists')].flatMap((each): Allowed[] => {
    const [patterns, words] = [stringsOf(each, 'regexes'), stringsOf(each, 'stopwords')];
    for (const pattern of patterns) compile(parseGoPattern(pattern, 'of all'));
    const isAll = ['AND', '&&'].includes(stringOf(each, 'condition')?.toUpperCase() ?? '');
    // What is about files and commits can never be so here; neither can all of several where one of them is.
    const isAboutFiles = each['paths'] !== undefined || each['commits'] !== undefined;
    if ((isAll && isAboutFiles) || patterns.length + words.length === 0) return [];
    const isBoth = isAll && patterns.length > 0 && words.length > 0;
    return [
      { allowance: { target: targetOf(each), patterns, words, isBoth }, targets: stringsOf(each, 'targetRules') },
    ];
  });
}

function targetOf(table: Table): Allowance['target'] {
  const target = stringOf(table, 'regexTarget') ?? 'secret';
  if (target === 'match' || target === 'line' || target === 'secret') return target;
  throw new CritError('usage', `regexTarget = "${target}": secret, match and line are known`);
}

/** The line on which the id of a rule is written. The parser does not tell it. */
function lineOf(text: string, id: string, index: number): number | undefined {
  const lines = text.split('\n');
  const heads = lines.flatMap((line, at) => (/^\s*\[\[\s*rules\s*\]\]/.test(line) ? [at + 1] : []));
  const named = lines.findIndex((line) => /^\s*id\s*=/.test(line) && line.includes(id));
  return id !== '' && named >= 0 ? named + 1 : heads[index];
}

/** Tables under a key: several in a list, or one by itself. */
function listOf(table: Table, key: string): Table[] {
  const value = table[key] ?? [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.every(isTable)) return list;
  throw new CritError('usage', `${key} is no list of tables: [[${key}]]`);
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function stringOf(table: Table, key: string): string | undefined {
  const value = table[key];
  if (value === undefined || typeof value === 'string') return value;
  throw new CritError('usage', `${key} is no string`);
}

function numberOf(table: Table, key: string): number | undefined {
  const value = table[key];
  if (value === undefined || typeof value === 'number') return value;
  throw new CritError('usage', `${key} is no number`);
}

function stringsOf(table: Table, key: string): string[] {
  const value = table[key] ?? [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new CritError('usage', `${key} is no list of strings`);
}
