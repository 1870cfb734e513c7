/** What processes were started with, for people and for programs. */
import { isUtf8 } from 'node:buffer';
import { auxvName, auxvOf } from '../../checkpoint/auxv.ts';
import { textOfBytes } from '../../checkpoint/text.ts';
import type { CheckpointMemory } from '../../memory/checkpoint-memory.ts';
import type { ProcessMemory } from '../../memory/process-memory.ts';
import { processStrings } from '../../memory/process-strings.ts';
import { withoutEmptyEnd } from '../../memory/start-texts.ts';
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
      const pairs = auxvOf(process.readMm()?.mm_saved_auxv ?? []).map(([type, value]) => [auxvName(type), value]);
      if (isJson) yield `${JSON.stringify({ pid, auxv: Object.fromEntries(pairs) })}\n`;
      else yield pairs.map(([name, value]) => `${pid}\t${name}\t${value}\n`).join('');
    } else if (isJson) {
      const strings = processStrings(memory, process, what) ?? [];
      yield `${JSON.stringify({ pid, [what]: strings.map(jsonText) })}\n`;
    } else yield* textLines(memory, process, what);
  }
}

/** A process that has no arguments, or has cleared them, has its name in brackets, as ps(1) shows it. */
function* textLines(
  memory: CheckpointMemory,
  process: ProcessMemory,
  what: 'args' | 'env',
): Generator<string, void, undefined> {
  const strings = processStrings(memory, process, what);
  if (!strings) return;
  const shown = withoutEmptyEnd(strings).map(textOfBytes);
  if (shown.length === 0 && what === 'args') shown.push(`[${process.name}]`);
  yield shown.map((text) => `${process.pid}\t${safeText(text)}\n`).join('');
}

/** Text; bytes that are not UTF-8 as `{"base64":".."}`. */
export function jsonText(bytes: Buffer): string | { base64: string } {
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') };
}
