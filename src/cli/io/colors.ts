/** Colors for a terminal, where they are wanted. */
import * as util from 'node:util';
import { CritError } from '../../error.ts';
import { isTerminal } from './is-terminal.ts';

export type Paint = (format: 'green' | 'red' | 'yellow' | 'bold', text: string) => string;

const NEVER: Paint = (_format, text) => text;
// Node before 20.12 has no colors; whether there is a terminal is asked elsewhere.
const ALWAYS: Paint = (format, text) => util.styleText?.(format, text, { validateStream: false }) ?? text;

/** What `--color` says; `auto` asks whether a descriptor is a terminal that takes them. Source: no-color.org. */
export async function paintFor(when: string, fd: number): Promise<Paint> {
  if (when === 'always') return ALWAYS;
  if (when === 'never') return NEVER;
  if (when !== 'auto') throw new CritError('usage', `--color ${when} is none of auto, always, never`);
  const { NO_COLOR = '', TERM } = process.env;
  return NO_COLOR === '' && TERM !== 'dumb' && (await isTerminal(fd)) ? ALWAYS : NEVER;
}
