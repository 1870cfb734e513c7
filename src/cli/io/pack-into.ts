/** Lines to a place for images that appears whole or not at all. */
import type { CheckpointSink } from '../../image/image-sink.ts';
import { Packer, type PackerOptions } from '../../line/packer.ts';
import { cleanUpOnSignal } from './clean-up.ts';

export interface Transaction extends CheckpointSink {
  commit(): void;
  abort(): void;
}

export async function packInto(
  open: () => Transaction,
  input: AsyncIterable<Buffer>,
  options: PackerOptions = {},
): Promise<void> {
  let target: Transaction | undefined;
  // Before there is anything to clean up: a signal may come at any moment.
  const release = cleanUpOnSignal(() => target?.abort());
  try {
    target = open();
    const packer = new Packer(target, options);
    for await (const chunk of input) packer.push(chunk);
    packer.end();
    target.commit();
  } finally {
    target?.abort();
    release();
  }
}
