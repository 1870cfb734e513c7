/** The edits of crit-edit as streams of bytes of lines. */
import type { Readable, Transform } from 'node:stream';
import { editedLines, type EditCheckpointOptions } from '../edit/edit-checkpoint.ts';
import { makeEdits, type Edits } from '../edit/edits.ts';
import { LineEditor, type LineEditorOptions } from '../edit/line-editor.ts';
import { readableOf } from './readable.ts';
import { parserTransform } from './transform.ts';

/** Changes lines. Throws a CritError where an edit is none, or takes more than one pass. */
export function editLines(edits: Edits, options: Omit<LineEditorOptions, 'hasLearned'> = {}): Transform {
  return parserTransform((output) => new LineEditor(output, makeEdits(edits, options.schema), options));
}

/** The lines of a directory or an archive, edited: in two passes where an edit takes them. */
export function readEdited(
  path: string,
  edits: Edits,
  options: Omit<EditCheckpointOptions, 'takeUntouched'> = {},
): Readable {
  return readableOf(kept(editedLines(path, edits, options)));
}

/** Chunks that stay valid, as readers of streams expect. */
async function* kept(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  for await (const chunk of chunks) yield Buffer.from(chunk);
}
