/** One of the two checkpoints that are compared. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CheckpointMemory } from '../memory/checkpoint-memory.ts';

export interface Side {
  readonly checkpoint: Checkpoint;
  /** Undefined where it has none. */
  readonly memory: CheckpointMemory | undefined;
}

export function sideOf(checkpoint: Checkpoint): Side {
  const memory = checkpoint.pidsWithMemory.length > 0 ? new CheckpointMemory(checkpoint) : undefined;
  return { checkpoint, memory };
}
