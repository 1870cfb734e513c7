/** The filters of lines as Transform streams: bytes of lines in, bytes of lines out. */
import type { Transform } from 'node:stream';
import { makeEdits, type Edits } from '../edit/edits.ts';
import { LineEditor, type LineEditorOptions } from '../edit/line-editor.ts';
import { LineFilter, type FilterOptions } from '../line/filter/line-filter.ts';
import { LineMapper, type MapOptions } from '../line/filter/line-mapper.ts';
import { parserTransform } from './transform.ts';

/** Keeps the lines for which a JavaScript expression is true. Throws a CritError where it is none. */
export function filterLines(expression: string, options: FilterOptions = {}): Transform {
  return parserTransform((output) => new LineFilter(output, expression, options));
}

/** Changes lines by statements of JavaScript. Throws a CritError where they are none. */
export function mapLines(code: string, options: MapOptions = {}): Transform {
  return parserTransform((output) => new LineMapper(output, code, options));
}

/** Changes a checkpoint as crit-edit does. Throws a CritError where an edit is none, or takes more than one pass. */
export function editLines(edits: Edits, options: LineEditorOptions = {}): Transform {
  return parserTransform((output) => new LineEditor(output, makeEdits(edits), options));
}
