/** Entries of lines as values: by the compiled parser where the line is as crit-cat writes it. */
import { parserOf, type Cursor, type Parser } from '../codec/parse.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { LineView } from './line-reader.ts';

const NEWLINE = 10;
const CLOSE = 125;

export class EntryReader {
  readonly #parser: Parser | undefined;
  readonly #cursor: Cursor = { position: 0, depth: 0 };

  /** For images of that magic. */
  constructor(schema: ImageSchema, magic: string) {
    const type = schema.byMagic(magic);
    this.#parser = type && parserOf(schema.entryOf(type, false));
  }

  /**
   * The entry that begins at a position of the block, where the line ends with it; undefined where the line has more
   * keys, is written in another way, or is an entry of another message.
   */
  read(line: LineView, position: number): Record<string, unknown> | undefined {
    const { block, blockText } = line;
    if (blockText === undefined || !this.#parser) return undefined;
    const cursor = this.#cursor;
    cursor.position = position;
    cursor.depth = 0;
    const entry = this.#parser.parse(block, blockText, cursor);
    const at = cursor.position;
    if (entry === undefined || block[at] !== CLOSE || at + 1 > line.end) return undefined;
    return at + 1 === line.end || (block[at + 1] === NEWLINE && at + 2 === line.end) ? entry : undefined;
  }
}
