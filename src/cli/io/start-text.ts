/** What processes were started with, for people and for programs. */
import { isUtf8 } from 'node:buffer';
import { auxiliaryVector, processStrings } from '../../memory/process-strings.ts';
import type { ChosenMemory } from './memory-choice.ts';
import { safeText } from './terminal.ts';

/** A line for each argument, variable or value, after the pid; or a line of JSON for each process. */
export function* startText(
  { memory, processes }: ChosenMemory,
  what: 'args' | 'env' | 'auxv',
  isJson: boolean,
): Generator<string, void, undefined> {
  for (const process of processes) {
    const { pid } = process;
    if (what === 'auxv') {
      const pairs = auxiliaryVector(process);
      if (isJson) yield `${JSON.stringify({ pid, auxv: Object.fromEntries(pairs) })}\n`;
      else yield pairs.map(([name, value]) => `${pid}\t${name}\t${value}\n`).join('');
      continue;
    }
    const strings = processStrings(memory, process, what);
    if (isJson) yield `${JSON.stringify({ pid, [what]: strings.map(jsonText) })}\n`;
    else yield strings.map((bytes) => `${pid}\t${safeText(bytes.toString('utf8'))}\n`).join('');
  }
}

/** Text; bytes that are not UTF-8 as `{"base64":".."}`. */
export function jsonText(bytes: Buffer): string | { base64: string } {
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}
