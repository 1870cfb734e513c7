import type { Transform } from 'node:stream';
import { makeEdits, type Edits } from '../edit/edits.ts';
import { LineEditor, type LineEditorOptions } from '../edit/line-editor.ts';
import { parserTransform } from './transform.ts';

/** Changes a checkpoint as crit-edit does. Throws a CritError where an edit is none, or takes more than one pass. */
export function editLines(edits: Edits, options: LineEditorOptions = {}): Transform {
  return parserTransform((output) => new LineEditor(output, makeEdits(edits, options.schema), options));
}
