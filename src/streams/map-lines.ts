import type { Transform } from 'node:stream';
import { LineMapper, type MapOptions } from '../line/filter/line-mapper.ts';
import { LinePipe } from '../line/filter/line-pipe.ts';
import { parserTransform } from './transform.ts';

/** Bytes of lines in, out what statements of JavaScript make of them. Throws a CritError where they are none. */
export function mapLines(code: string, options: MapOptions = {}): Transform {
  return parserTransform((output) => new LinePipe(output, new LineMapper(code, options), options));
}
