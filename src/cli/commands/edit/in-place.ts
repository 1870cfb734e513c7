/** Edits of a directory in its own place: only what changes is written. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { changedImages, editedLines, type EditCheckpointOptions } from '../../../edit/edit-checkpoint.ts';
import type { Edits } from '../../../edit/edits.ts';
import { DirectoryWriter } from '../../../files/directory-writer.ts';
import { SourceDirectory } from '../../../files/source-directory.ts';
import type { CheckpointSink, ImageDetails, ImageSink } from '../../../image/image-sink.ts';
import { packInto, type Transaction } from '../../io/pack-into.ts';

const NOWHERE: ImageSink = { write() {}, fill() {}, copy() {}, end() {} };

export async function editInPlace(directory: string, edits: Edits, options: EditCheckpointOptions): Promise<void> {
  // Once to find out what changes and whether all of it can be done, then again to write that.
  const source = new SourceDirectory(directory);
  const { schema } = options;
  try {
    const { written, removed } = await changedImages(directory, edits, { ...options, source });
    if (written.size > 0) {
      const lines = editedLines(directory, edits, { schema, ifPresent: true, touchedOnly: true, source });
      const open = (): Transaction => chosen(new DirectoryWriter(directory, { force: true, source }), written);
      await packInto(open, lines, { schema });
    }
    for (const name of removed) rmSync(join(directory, name), { force: true });
  } finally {
    source.close();
  }
}

/** A place in which only some images arrive. */
function chosen(target: Transaction, names: ReadonlySet<string>): Transaction {
  const sink: CheckpointSink = {
    image: (name: string, details?: ImageDetails) => (names.has(name) ? target.image(name, details) : NOWHERE),
    link: () => {},
    directory: () => {},
  };
  return { ...sink, commit: () => target.commit(), abort: () => target.abort() };
}
