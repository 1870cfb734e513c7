import { textOfBytes } from '../checkpoint/text.ts';
import { CritError } from '../error.ts';
import type { CheckpointMemory } from './checkpoint-memory.ts';
import { processStrings } from './process-strings.ts';

/** What a process was started with, as text; undefined where its memory is not there. */
export interface StartTexts {
  readonly args: readonly string[] | undefined;
  readonly env: readonly string[] | undefined;
}

/** Reads the arguments and the environment of a process from its memory. */
export function startTexts(memory: CheckpointMemory, pid: number): StartTexts {
  return { args: textsOf(memory, pid, 'args'), env: textsOf(memory, pid, 'env') };
}

function textsOf(memory: CheckpointMemory, pid: number, what: 'args' | 'env'): string[] | undefined {
  if (!memory.has(pid)) return undefined;
  try {
    return processStrings(memory, memory.process(pid), what)?.map(textOfBytes);
  } catch (error) {
    // Pages that were not saved are no fault; a file that cannot be read is one.
    if (error instanceof CritError && error.code === 'io' && error.cause === undefined) return undefined;
    throw error;
  }
}

/**
 * A command line as ps(1) shows it. A process that has cleared its arguments, or put a title over them, leaves empty ones
 * behind; one that has none left is called by its name in brackets.
 */
export function commandLine(args: readonly string[] | undefined, comm: string): string {
  const shown = withoutEmptyEnd(args ?? []);
  return shown.length === 0 ? `[${comm}]` : shown.join(' ');
}

/** Without the empty ones at the end. */
export function withoutEmptyEnd<T extends { readonly length: number }>(items: readonly T[]): readonly T[] {
  return items.slice(0, items.findLastIndex(({ length }) => length > 0) + 1);
}
