/** Lines to a place for images that appears whole or not at all. */
import type { CheckpointSink } from '../../image/image-sink.ts';
import { Packer, type PackerOptions } from '../../line/packer.ts';
import { cleanUpOnSignal } from './clean-up.ts';

export interface Transaction extends CheckpointSink {
  commit(): void;
  abort(): void;
}

export interface PackOptions extends PackerOptions {
  /** Whether it is no error that no line comes: images come in another way as well. */
  readonly mayBeEmpty?: boolean;
}

export async function packInto(
  open: () => Transaction,
  input: AsyncIterable<Buffer>,
  { mayBeEmpty = false, ...options }: PackOptions = {},
): Promise<void> {
  let target: Transaction | undefined;
  // Before there is anything to clean up: a signal may come at any moment.
  const release = cleanUpOnSignal(() => target?.abort());
  try {
    target = open();
    const packer = new Packer(target, options);
    let isEmpty = true;
    for await (const chunk of input) {
      packer.push(chunk);
      isEmpty = false;
    }
    if (!isEmpty || !mayBeEmpty) packer.end();
    target.commit();
  } finally {
    target?.abort();
    release();
  }
}
