/** Edits of a checkpoint into another directory. */
import { statSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isImageLayout } from '../../../container/oci/is-image-layout.ts';
import { editedLines, type EditCheckpointOptions } from '../../../edit/edit-checkpoint.ts';
import type { Edits } from '../../../edit/edits.ts';
import { DirectoryWriter } from '../../../files/directory-writer.ts';
import { SourceDirectory } from '../../../files/source-directory.ts';
import { packInto } from '../../io/pack-into.ts';

/** Bytes of a file that are copied before signals have their turn. */
const TURN = 64 * 1024 * 1024;

/** An image that no edit looks at. */
interface Untouched {
  readonly image: string;
  readonly magic: string;
}

/** Images of a directory that no edit looks at are copied as files, and never become lines. Of memory, only what changes does. */
export async function editInto(
  checkpoint: string,
  directory: string,
  edits: Edits,
  { force, ...options }: EditCheckpointOptions & { readonly force: boolean },
): Promise<void> {
  const { schema } = options;
  if (!statSync(checkpoint).isDirectory() || isImageLayout(checkpoint)) {
    await packInto(() => new DirectoryWriter(directory, { force }), editedLines(checkpoint, edits, options), {
      schema,
    });
    return;
  }
  const source = new SourceDirectory(checkpoint);
  const untouched: Untouched[] = [];
  const takeUntouched = (image: string, magic: string): boolean => {
    if (magic === 'LINK' || magic === 'DIR') return false;
    untouched.push({ image, magic });
    return true;
  };
  const lines = editedLines(checkpoint, edits, { ...options, source, takeUntouched });
  let writer: DirectoryWriter | undefined;
  async function* thenCopies(): AsyncGenerator<Buffer, void, undefined> {
    yield* lines;
    for (const each of untouched) if (writer) await copyImage(each, source, writer);
  }
  try {
    const open = (): DirectoryWriter => (writer = new DirectoryWriter(directory, { force, source }));
    await packInto(open, thenCopies(), { schema, mayBeEmpty: true });
  } finally {
    source.close();
  }
}

async function copyImage({ image, magic }: Untouched, source: SourceDirectory, target: DirectoryWriter): Promise<void> {
  const { size, mode } = source.about(image);
  const file = target.image(image, { magic, mode, tar: undefined });
  for (let offset = 0; offset < size; offset += TURN) {
    file.copy({ image, offset }, Math.min(TURN, size - offset));
    await setImmediate();
  }
  file.end();
}
