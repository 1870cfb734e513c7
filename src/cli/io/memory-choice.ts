/** What crit-mem and crit-grep have in common: a checkpoint, some of its processes, some of their VMAs. */
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { Vma } from '../../checkpoint/vma.ts';
import { CheckpointMemory } from '../../memory/checkpoint-memory.ts';
import { vmaChooser } from '../../memory/choose-vmas.ts';
import type { ProcessMemory } from '../../memory/process-memory.ts';
import type { Arguments } from '../command/arguments.ts';
import { pidOf } from './number-option.ts';

export interface ChosenMemory {
  readonly memory: CheckpointMemory;
  readonly processes: readonly ProcessMemory[];
  readonly chooses: (vma: Vma) => boolean;
}

/** The memory of a checkpoint that the arguments choose. */
export function chosenMemory(args: Arguments, checkpoint: Checkpoint): ChosenMemory {
  const chooses = vmaChooser({ names: args.values('vma'), prot: args.value('prot') });
  const pids = args.values('pid').map(pidOf);
  const memory = new CheckpointMemory(checkpoint);
  const processes = pids.length > 0 ? pids.map((pid) => memory.process(pid)) : memory.processes;
  return { memory, processes, chooses };
}

/** Chunks of text of some size; also what came before a failure. Undefined, which asks to wait, is passed on. */
export function inChunks(parts: Iterable<string>): Generator<Buffer, void, undefined>;
export function inChunks(parts: Iterable<string | undefined>): Generator<Buffer | undefined, void, undefined>;
export function* inChunks(parts: Iterable<string | undefined>): Generator<Buffer | undefined, void, undefined> {
  let text = '';
  try {
    for (const part of parts) {
      if (part === undefined) {
        yield undefined;
        continue;
      }
      text += part;
      if (text.length < 64 * 1024) continue;
      yield Buffer.from(text);
      text = '';
    }
  } catch (error) {
    if (text !== '') yield Buffer.from(text);
    throw error;
  }
  if (text !== '') yield Buffer.from(text);
}

/** Lets what is made step by step be written as it comes. */
export async function* asAsync<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}
