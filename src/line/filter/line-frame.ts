/**
 * Lines in, lines out: what everything that changes lines has around its work. It reads the heads of lines, copies those that
 * pass in runs, as the bytes that came, and lets error lines through, which fail at the end.
 */
import { isObject } from '../../codec/json.ts';
import type { Output } from '../../codec/output.ts';
import { CritError, placed } from '../../error.ts';
import { BUILT_IN } from '../../schema/built-in.ts';
import type { ImageSchema } from '../../schema/image-schema.ts';
import { appendLine } from '../image-lines.ts';
import { HeadReader, type LineHead, type LineValue } from '../line-head.ts';
import { LineReader, type LineView } from '../line-reader.ts';
import { appendPlainEntry } from './plain-entry.ts';

/** The end of a line behind its entry. */
const LINE_END = Buffer.from('}\n');

export class LineFrame {
  readonly #output: Output;
  readonly #lines: LineReader;
  /** A run of lines that pass, not yet copied. */
  #block: Buffer | undefined;
  #from = 0;
  #end = 0;
  #upstream: CritError | undefined;

  /**
   * Calls `onLine` for each line of an image; it says what becomes of the line by `pass` and `write`. Lines are appended to
   * `output`, which the caller empties between two calls. `onShard` takes lines that say where a shard begins or is complete,
   * which pass otherwise.
   */
  constructor(
    output: Output,
    onLine: (line: LineView, head: LineHead) => void,
    schema: ImageSchema = BUILT_IN,
    onShard: (line: LineView, head: LineHead) => void = (line) => this.pass(line),
  ) {
    this.#output = output;
    const heads = new HeadReader(schema);
    const take = (line: LineView): void => {
      try {
        const head = heads.read(line);
        if (head.kind === 'error') {
          this.#upstream = new CritError('upstream', 'the tool before this one failed');
          this.pass(line);
        } else if (head.kind === 'shard') onShard(line, head);
        else onLine(line, head);
      } catch (error) {
        throw placed(error, { line: line.number });
      }
    };
    this.#lines = new LineReader(take, () => this.flush());
  }

  /** Throws a CritError for what is no line, and what `onLine` throws. Lines before it have been passed on. */
  push(chunk: Uint8Array): void {
    try {
      this.#lines.push(chunk);
    } finally {
      this.flush();
    }
  }

  /** All lines have come: calls `finish`. Throws a CritError where an error line has passed. */
  end(finish: () => void = () => {}): void {
    try {
      this.#lines.end();
      finish();
    } finally {
      this.flush();
    }
    if (this.#upstream) throw this.#upstream;
  }

  /** Lets a line pass as it came. */
  pass({ block, from, end }: LineView): void {
    if (block === this.#block && from === this.#end) this.#end = end;
    else {
      this.flush();
      this.#block = block;
      this.#from = from;
      this.#end = end;
    }
  }

  /** Writes a line that is there as a value, in the order of its keys, or as bytes. */
  write(line: LineValue | Buffer): void {
    this.flush();
    if (line instanceof Uint8Array) this.#output.append(line);
    else appendLine(this.#output, line);
  }

  /** Writes a line in the place of another: where only its entry may be new, the line's beginning is copied as the bytes that came. */
  replace(line: LineView, head: LineHead, value: LineValue): void {
    const { entry } = value;
    if (!isObject(entry) || !isOfEntryAlone(value, head)) return this.write(value);
    this.flush();
    const output = this.#output;
    const start = output.length;
    output.append(line.block.subarray(line.from, line.from + head.valueAt));
    if (appendPlainEntry(output, entry)) return output.append(LINE_END);
    output.length = start;
    this.write(value);
  }

  /** Copies the lines that have passed: before anything else is written into the output. */
  flush(): void {
    if (!this.#block) return;
    this.#output.append(this.#block.subarray(this.#from, this.#end));
    if (this.#block[this.#end - 1] !== 10) this.#output.appendText('\n');
    this.#block = undefined;
  }
}

/** Whether a line differs from the one of that head in nothing but its entry. */
function isOfEntryAlone(value: LineValue, { kind, valueAt, image, magic }: LineHead): boolean {
  if (kind !== 'entry' || valueAt === 0 || value['image'] !== image || value['magic'] !== magic) return false;
  for (const key in value)
    if (key !== 'image' && key !== 'magic' && key !== 'entry' && value[key] !== undefined) return false;
  return true;
}
