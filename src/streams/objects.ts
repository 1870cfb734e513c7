/**
 * Lines as streams of objects. Convenient, and some times slower than the streams of bytes.
 *
 * ndjson does the work. What it would stumble over never reaches it: numbers that would be rounded are made strings, blank
 * lines and `null` are found before it, and errors get their line number.
 */
import { Readable, type Transform } from 'node:stream';
import ndjson from 'ndjson';
import type { Output } from '../codec/output.ts';
import { CritError, placed } from '../error.ts';
import { formatJson, parseJson, quoteLongIntegers } from '../codec/json.ts';
import { isLine, type Line } from '../line/line.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import { LineReader } from '../line/line-reader.ts';
import { parserTransform, type PushParser } from './transform.ts';

/** The lines in chunks of bytes, as objects. Throws a CritError, with the number of the line, where one is none. */
export async function* readLines(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: { readonly schema?: ImageSchema | undefined } = {},
): AsyncGenerator<Line, void, undefined> {
  const { schema = BUILT_IN } = options;
  const guard = parserTransform((output) => new Guard(output, schema));
  const parser: Transform = ndjson.parse();
  const bytes = Readable.from(source, { objectMode: false });
  bytes.on('error', (error) => guard.destroy(error));
  guard.on('error', (error) => parser.destroy(error));
  bytes.pipe(guard).pipe(parser);
  try {
    for await (const value of parser) if (isLine(value, schema)) yield value;
  } finally {
    bytes.destroy();
  }
}

/** Objects as bytes of lines. A BigInt is written as lines hold large numbers; bytes as base64. */
export function writeLines(lines: Iterable<Line> | AsyncIterable<Line>): Readable {
  const writer: Transform = ndjson.stringify();
  const objects = Readable.from(plainLines(lines));
  objects.on('error', (error) => writer.destroy(error));
  return objects.pipe(writer);
}

async function* plainLines(lines: Iterable<Line> | AsyncIterable<Line>): AsyncGenerator<unknown, void, undefined> {
  for await (const line of lines) yield JSON.parse(formatJson(line));
}

/** Passes on what ndjson takes. */
class Guard implements PushParser {
  readonly #lines: LineReader;

  constructor(output: Output, schema: ImageSchema) {
    this.#lines = new LineReader((line) => {
      const text = quoteLongIntegers(line.text());
      // ndjson would drop what it has parsed when a line is not JSON, and not say which one it was.
      if (!isLine(parsed(text, line.number), schema)) {
        throw new CritError('line', `not a line of an image: ${text.slice(0, 60)}`, { line: line.number });
      }
      output.appendText(`${text.trim()}\n`);
    });
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
  }
}

function parsed(text: string, line: number): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw placed(error, { line });
  }
}
