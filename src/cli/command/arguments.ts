import minimist from 'minimist';
import { CritError } from '../../error.ts';
import { canonical } from '../io/canonical.ts';
import { withStandard, type Operand, type Option } from './option.ts';

/** What parsing needs to know of a command. */
export interface Syntax {
  readonly options: readonly Option[];
  readonly operands: readonly Operand[];
}

/** Arguments by name. Asking for a name that the command does not declare so is a mistake in the program, and throws. */
export interface Arguments {
  /** As they were given. */
  readonly argv: readonly string[];
  /** Whether an option of any kind was given. */
  given(name: string): boolean;
  /** Whether a flag was given. */
  flag(name: string): boolean;
  /** The value of an option; of the last one where there are several. */
  value(name: string): string | undefined;
  /** The values of an option that can be repeated. */
  values(name: string): readonly string[];
  /** The values of an option that takes two. */
  pairs(name: string): readonly (readonly [string, string])[];
  /** The operand of this name that there is one of. */
  operand(name: string): string | undefined;
  /** The operands that there can be many of. */
  readonly operands: readonly string[];
}

/** The arguments of a command as its options and operands say; throws a CritError where they do not fit. */
export function parse(syntax: Syntax, argv: readonly string[]): Arguments {
  const options = withStandard(syntax.options);
  const found = canonical(options, argv);
  const names = (isFlag: boolean): string[] =>
    options.filter((option) => (option.value === undefined) === isFlag).map((option) => option.name);
  const parsed = minimist(found.options, { string: names(false), boolean: names(true) });
  const values = new Map<string, readonly string[]>();
  for (const { name } of options) values.set(name, listOf(parsed[name]));
  const given = (name: string): boolean => (values.get(name) ?? []).length > 0;
  const asksForHelp = given('help') || given('version');
  const operands = asksForHelp ? new Map<string, string[]>() : assign(syntax.operands, found.operands, given);
  return new ParsedArguments(argv, { options, operands: syntax.operands }, values, operands);
}

/** minimist gives a boolean, a string, a list of strings, or nothing. */
function listOf(value: unknown): string[] {
  if (value === true) return ['true'];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

function assign(
  declared: readonly Operand[],
  operands: readonly string[],
  given: (name: string) => boolean,
): Map<string, string[]> {
  const assigned = new Map<string, string[]>();
  const rest = [...operands];
  let instead = '';
  for (const operand of declared) {
    if (operand.unless !== undefined && given(operand.unless)) {
      instead = ` with --${operand.unless}`;
      continue;
    }
    const taken = rest.splice(0, operand.many === true ? rest.length : 1);
    if (operand.required === true && taken.length === 0) throw new CritError('usage', `${operand.name} is missing`);
    assigned.set(operand.name, taken);
  }
  if (rest[0] !== undefined) throw new CritError('usage', `unexpected operand ${rest[0]}${instead}`);
  return assigned;
}

class ParsedArguments implements Arguments {
  readonly argv: readonly string[];
  readonly #syntax: Syntax;
  readonly #values: ReadonlyMap<string, readonly string[]>;
  readonly #operands: ReadonlyMap<string, readonly string[]>;

  constructor(
    argv: readonly string[],
    syntax: Syntax,
    values: ReadonlyMap<string, readonly string[]>,
    operands: ReadonlyMap<string, readonly string[]>,
  ) {
    this.argv = argv;
    this.#syntax = syntax;
    this.#values = values;
    this.#operands = operands;
  }

  given(name: string): boolean {
    return this.#of(name, () => true).length > 0;
  }

  flag(name: string): boolean {
    return this.#of(name, (option) => option.value === undefined).length > 0;
  }

  value(name: string): string | undefined {
    return this.#of(name, (option) => option.value !== undefined && option.arity !== 2 && option.repeat !== true).at(
      -1,
    );
  }

  values(name: string): readonly string[] {
    return this.#of(name, (option) => option.value !== undefined && option.arity !== 2 && option.repeat === true);
  }

  pairs(name: string): readonly (readonly [string, string])[] {
    const flat = this.#of(name, (option) => option.arity === 2);
    return flat.flatMap((value, i): [string, string][] => (i % 2 === 0 ? [[value, flat[i + 1] ?? '']] : []));
  }

  operand(name: string): string | undefined {
    const operand = this.#syntax.operands.find((each) => each.name === name && each.many !== true);
    if (!operand) throw new TypeError(`operand ${name} is not declared`);
    return this.#operands.get(name)?.[0];
  }

  get operands(): readonly string[] {
    const operand = this.#syntax.operands.find((each) => each.many === true);
    if (!operand) throw new TypeError('no operand of many is declared');
    return this.#operands.get(operand.name) ?? [];
  }

  #of(name: string, fits: (option: Option) => boolean): readonly string[] {
    const option = this.#syntax.options.find((each) => each.name === name);
    if (!option || !fits(option)) throw new TypeError(`option --${name} is not declared so`);
    return this.#values.get(name) ?? [];
  }
}
