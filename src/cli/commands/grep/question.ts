import { CritError } from '../../../error.ts';
import type { Finder } from '../../../search/finder.ts';
import { stringsFinder } from '../../../search/text-finder.ts';
import type { Arguments } from '../../command/arguments.ts';
import { PATTERN_OPTIONS } from '../../command/pattern-options.ts';
import { numberOption } from '../../io/number-option.ts';
import type { Diagnostics } from '../../io/diagnostics.ts';
import {
  givenPatterns,
  givenRules,
  kindOf,
  patternFinder,
  secretFinder,
  type Sought,
} from '../../io/pattern-choice.ts';

const USUAL_STRING = 4;
/** Bytes before and behind a match, and of a string, at most. */
export const MOST_CONTEXT = 4096;

/** What is looked for, and where: the first operand is a pattern where no option says what. */
export function questionOf(
  args: Arguments,
  diagnostics: Diagnostics,
): { finder: Finder<Sought>; paths: readonly string[] } {
  const operands = [...args.operands];
  const isStrings = args.flag('strings');
  if (args.flag('secrets')) return secretQuestion(args, diagnostics);
  const other = ['rule', 'rules', 'show'].find((name) => args.given(name));
  if (other !== undefined) throw new CritError('usage', `--${other} goes with --secrets`);
  const patterns = givenPatterns(args);
  if (patterns.length === 0 && !isStrings) patterns.push(operands.shift() ?? '');
  if (operands.length === 0) throw new CritError('usage', 'DIR is missing');
  if (!isStrings) {
    if (args.given('bytes')) throw new CritError('usage', '-n goes with --strings');
    return { finder: patternFinder(args, patterns), paths: operands };
  }
  if (patterns.length > 0 || kindOf(args) || args.given('encodings'))
    throw new CritError('usage', '--strings prints all text: no pattern goes with it');
  return { finder: stringsFinder(numberOption(args, 'bytes', 1, MOST_CONTEXT) ?? USUAL_STRING), paths: operands };
}

const NOT_WITH_SECRETS: readonly string[] = [...PATTERN_OPTIONS.map(({ name }) => name), 'strings', 'bytes'];

/** All operands are checkpoints. */
function secretQuestion(
  args: Arguments,
  diagnostics: Diagnostics,
): { finder: Finder<Sought>; paths: readonly string[] } {
  const other = NOT_WITH_SECRETS.find((name) => args.given(name));
  if (other === 'encodings')
    throw new CritError(
      'usage',
      '--encodings are those of texts that are given: kinds of secrets (--secrets) are looked for as they are. Search twice',
    );
  if (other) throw new CritError('usage', `--secrets knows what to look for: --${other} does not go with it`);
  if (args.given('context') && !args.flag('show'))
    throw new CritError(
      'usage',
      '-C prints what stands around secrets, which can be secret itself: --show goes with it',
    );
  if (args.operands.length === 0) throw new CritError('usage', 'DIR is missing');
  return { finder: secretFinder(args, givenRules(args, diagnostics)), paths: args.operands };
}
