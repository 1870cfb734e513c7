/**
 * Lines as streams of objects. Convenient, and some times slower than the streams of bytes.
 *
 * ndjson makes objects of lines and lines of objects, each once. Around it stands what it does not do: numbers that would be
 * rounded become strings, blank lines and `null` never reach it, and errors get the number of their line.
 */
import { Readable, type Transform } from 'node:stream';
import ndjson from 'ndjson';
import { isObject, parseJson, plainJson, quoteLongIntegers } from '../codec/json.ts';
import { CritError, placed } from '../error.ts';
import { checkLineValue } from '../line/line-head.ts';
import { isLine, type Line } from '../line/line.ts';
import { LineReader } from '../line/line-reader.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { slicesOf } from './slices.ts';

/** A line that goes through ndjson. */
interface Row {
  readonly number: number;
  readonly text: string;
}

/** The lines in chunks of bytes, as objects. Throws a CritError, with the number of the line, where one is none. */
export async function* readLines(
  source: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  options: { readonly schema?: ImageSchema | undefined } = {},
): AsyncGenerator<Line, void, undefined> {
  const { schema = BUILT_IN } = options;
  const rows: Row[] = [];
  const reader = new LineReader((line) => rows.push({ number: line.number, text: line.text() }));
  const parser = new RowParser(schema);
  /** The lines that have come; those before one that is none, or where the reader failed, are given before its error. */
  const take = function* (work: () => void): Generator<Line, void, undefined> {
    let failure: unknown;
    try {
      work();
    } catch (error) {
      failure = error;
    }
    yield* parser.parse(rows.splice(0));
    if (failure !== undefined) throw failure;
  };
  for await (const chunk of source) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (const slice of slicesOf(bytes)) yield* take(() => reader.push(slice));
  }
  yield* take(() => reader.end());
}

/** Rows to lines, by a stream of ndjson that is written and read in step. */
class RowParser {
  readonly #parser: Transform = ndjson.parse();
  readonly #schema: ImageSchema;
  #isBroken = false;

  constructor(schema: ImageSchema) {
    this.#schema = schema;
    this.#parser.on('error', () => {
      this.#isBroken = true;
    });
  }

  /** Throws a CritError for a row that is no line, behind the lines before it. */
  *parse(rows: readonly Row[]): Generator<Line, void, undefined> {
    for (const { number, text } of rows) {
      try {
        yield this.#line(text);
      } catch (error) {
        throw placed(error, { line: number });
      }
    }
  }

  #line(text: string): Line {
    // ndjson ends where a row is `null`, and passes over one that is empty.
    if (!text.trimStart().startsWith('{')) throw notALine(text);
    this.#parser.write(`${quoteLongIntegers(text)}\n`);
    const value: unknown = this.#isBroken ? parseJson(text) : this.#parser.read();
    if (!isObject(value)) throw notALine(text);
    checkLineValue(value, text);
    if (!isLine(value, this.#schema)) throw notALine(text);
    return value;
  }
}

function notALine(text: string): CritError {
  return new CritError('line', `not a line of an image: ${text.slice(0, 60)}`);
}

/** Objects as bytes of lines. A BigInt is written as lines hold large numbers; bytes as base64. */
export function writeLines(lines: Iterable<Line> | AsyncIterable<Line>): Readable {
  const writer: Transform = ndjson.stringify();
  const objects = Readable.from(plainLines(lines));
  objects.on('error', (error) => writer.destroy(error));
  return objects.pipe(writer);
}

async function* plainLines(lines: Iterable<Line> | AsyncIterable<Line>): AsyncGenerator<unknown, void, undefined> {
  for await (const line of lines) yield plainJson(line);
}
