/** The filters of lines as Transform streams: bytes of lines in, bytes of lines out. */
import type { Transform } from 'node:stream';
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
