import { ENCODINGS } from '../../search/encoded-texts.ts';
import type { Option } from './option.ts';

const PATTERN = 'Patterns';
const SECRETS = 'Secrets';

/** Options that say what is looked for. */
export const PATTERN_OPTIONS: readonly Option[] = [
  { name: 'fixed-strings', short: 'F', group: PATTERN, help: 'the patterns are text as it is' },
  { name: 'hex', group: PATTERN, help: "the patterns are bytes in hexadecimal digits: 'de ad be ef'" },
  { name: 'utf16', group: PATTERN, help: 'the patterns are text, which is searched for in UTF-16' },
  {
    name: 'encodings',
    value: 'LIST',
    complete: [...ENCODINGS, ENCODINGS.join(',')],
    group: PATTERN,
    help: `with -F: the text in encodings as well: ${ENCODINGS.join(',')}, or some of these`,
  },
  {
    name: 'regexp',
    short: 'e',
    value: 'PATTERN',
    repeat: true,
    complete: 'none',
    group: PATTERN,
    help: 'any of several patterns',
  },
  {
    name: 'file',
    short: 'f',
    value: 'FILE',
    repeat: true,
    group: PATTERN,
    help: 'any of the patterns in FILE, one on each line; the list of processes does not show those',
  },
  { name: 'ignore-case', short: 'i', group: PATTERN, help: 'ASCII letters match in either case' },
];

/** Options that say which kinds of secrets are looked for. */
export const SECRET_OPTIONS: readonly Option[] = [
  {
    name: 'secrets',
    group: SECRETS,
    help: 'keys, tokens and passwords of known kinds; of each the rule and what it begins with are printed',
  },
  {
    name: 'rule',
    value: 'ID',
    repeat: true,
    complete: 'none',
    group: SECRETS,
    help: 'with --secrets: only this kind, also one that finds much that is no secret',
  },
  {
    name: 'rules',
    value: 'FILE',
    repeat: true,
    group: SECRETS,
    help: 'with --secrets: the rules in FILE as well, which are those of gitleaks, in TOML',
  },
];
