import type { Transform } from 'node:stream';
import { LineFilter, type FilterOptions } from '../line/filter/line-filter.ts';
import { LinePipe } from '../line/filter/line-pipe.ts';
import { parserTransform } from './transform.ts';

/** Bytes of lines in, out those for which a JavaScript expression is true. Throws a CritError where it is none. */
export function filterLines(expression: string, options: FilterOptions = {}): Transform {
  return parserTransform((output) => new LinePipe(output, new LineFilter(expression, options), options));
}
