/** Edits of a checkpoint into another directory. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { isImageLayout } from '../../../container/oci/is-image-layout.ts';
import { editedLines, type EditCheckpointOptions } from '../../../edit/edit-checkpoint.ts';
import type { Edits } from '../../../edit/edits.ts';
import { DirectoryWriter } from '../../../files/directory-writer.ts';
import { packInto } from '../../io/pack-into.ts';

/** Images of a directory that no edit looks at are copied as files, and never become lines. */
export async function editInto(
  checkpoint: string,
  directory: string,
  edits: Edits,
  { force, ...options }: EditCheckpointOptions & { readonly force: boolean },
): Promise<void> {
  let writer: DirectoryWriter | undefined;
  const takeUntouched = (image: string, magic: string): boolean => {
    if (!writer || magic === 'LINK' || magic === 'DIR') return false;
    writer.copy(image, join(checkpoint, image));
    return true;
  };
  const isDirectory = statSync(checkpoint).isDirectory() && !isImageLayout(checkpoint);
  const lines = editedLines(checkpoint, edits, { ...options, ...(isDirectory && { takeUntouched }) });
  await packInto(() => (writer = new DirectoryWriter(directory, { force })), lines, {
    schema: options.schema,
    mayBeEmpty: isDirectory,
  });
}
