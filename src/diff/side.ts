/** One of the two checkpoints that are compared. */
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { CheckpointMemory } from '../memory/checkpoint-memory.ts';
import { WaitingData } from './waiting-data.ts';

export interface Side {
  readonly checkpoint: Checkpoint;
  /** Undefined where it has none. */
  readonly memory: CheckpointMemory | undefined;
  /** Read when it is first asked for. */
  readonly waiting: () => WaitingData;
}

export function sideOf(checkpoint: Checkpoint): Side {
  const memory = checkpoint.pidsWithMemory.length > 0 ? new CheckpointMemory(checkpoint) : undefined;
  let waiting: WaitingData | undefined;
  return { checkpoint, memory, waiting: () => (waiting ??= new WaitingData(checkpoint.images)) };
}
