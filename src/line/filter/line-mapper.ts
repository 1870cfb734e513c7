/** Runs code for each line and writes what it makes of it. */
import type { Output } from '../../codec/output.ts';
import { CritError, placed } from '../../error.ts';
import { formatJson } from '../../codec/json.ts';
import { isRawMagic } from '../../schema/magics.ts';
import { LineReader, type LineView } from '../line-reader.ts';
import type { Choice } from './choice.ts';
import { compileMap, type Mapper, type NamedValues } from './compile.ts';
import { expressionError } from './line-filter.ts';
import { LineKinds, lineValue, type LineKind } from './line-kind.ts';

export interface MapOptions extends Choice {
  readonly args?: NamedValues;
  /** Drops lines that are not chosen, which pass otherwise. */
  readonly exclusive?: boolean;
}

export class LineMapper {
  readonly #output: Output;
  readonly #mapper: Mapper;
  readonly #exclusive: boolean;
  readonly #kinds: LineKinds;
  readonly #lines: LineReader;
  /** Images whose last entry was dropped, so that the pieces of its extra go too. */
  readonly #dropping = new Set<string>();
  #upstream: CritError | undefined;

  /** Lines are appended to `output`, which the caller empties between two calls. Throws a CritError for bad code. */
  constructor(output: Output, code: string, options: MapOptions = {}) {
    this.#output = output;
    this.#mapper = compileMap(code, options.args);
    this.#exclusive = options.exclusive ?? false;
    this.#kinds = new LineKinds(options);
    this.#lines = new LineReader((line) => {
      try {
        if (this.#passes(line)) this.#pass(line);
      } catch (error) {
        throw placed(error, { line: line.number });
      }
    });
  }

  /** Throws a CritError for what is no line, and where the code throws. Lines before it have been written. */
  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  /** Throws a CritError where an error line has passed. */
  end(): void {
    this.#lines.end();
    if (this.#upstream) throw this.#upstream;
  }

  /** Whether the line goes on as it came; otherwise it has been written or dropped. */
  #passes(line: LineView): boolean {
    const kind = this.#kinds.of(line);
    if (kind.kind === 'error') {
      this.#upstream = new CritError('upstream', 'the tool before this one failed');
      return true;
    }
    if (!kind.isChosen) return !this.#exclusive;
    if (this.#mapper.isEmpty) return true;
    const isBracket = kind.kind === 'begin' || kind.kind === 'end';
    if (isBracket && !this.#mapper.renames) return true;
    const isExtra = kind.kind === 'piece' && !isRawMagic(kind.magic);
    if (!isExtra || !this.#dropping.has(kind.image)) this.#map(line, kind);
    return false;
  }

  #map(view: LineView, kind: LineKind): void {
    const line = lineValue(view, kind);
    const { image, magic } = kind;
    let mapped;
    try {
      mapped = this.#mapper.map({
        image,
        magic,
        entry: line['entry'],
        extra: line['extra'],
        piece: line['piece'],
        at: line['at'],
        line,
      });
    } catch (error) {
      throw expressionError(error, kind.kind, image);
    }
    if (kind.kind === 'entry') {
      if (mapped.isDropped) this.#dropping.add(image);
      else this.#dropping.delete(image);
    }
    if (mapped.isDropped) return;
    if (typeof mapped.image !== 'string')
      throw new CritError('expression', 'the code makes image something that is no string', { image });
    const { entry, extra, piece, at } = mapped;
    this.#output.appendText(
      `${formatJson({ image: mapped.image, magic, ...pick(line, 'begin'), entry, piece, ...pick(line, 'end'), extra, at, ...pick(line, 'wire') })}\n`,
    );
  }

  #pass({ block, from, end }: LineView): void {
    this.#output.append(block.subarray(from, end));
    if (block[end - 1] !== 10) this.#output.appendText('\n');
  }
}

function pick(line: Record<string, unknown>, key: string): Record<string, unknown> {
  return line[key] === undefined ? {} : { [key]: line[key] };
}
