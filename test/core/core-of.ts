import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { CheckpointCores, type CoreOptions } from '../../src/core/checkpoint-cores.ts';
import { coreChunks } from '../../src/core/core-file.ts';

/** The core file of a process. */
export function coreOf(directory: string, pid: number, options: CoreOptions = {}): Buffer {
  const checkpoint = Checkpoint.openDirectory(directory);
  try {
    const contents = new CheckpointCores(checkpoint, options).contents(pid);
    const chunks: Buffer[] = [];
    for (const chunk of coreChunks(contents)) chunks.push(Buffer.from(chunk));
    return Buffer.concat(chunks);
  } finally {
    checkpoint.close();
  }
}
