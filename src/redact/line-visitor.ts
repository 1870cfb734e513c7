/**
 * Everything that lines hold, looked at by one scanner: texts of entries, extras, raw images, names. Lines in which nothing is
 * overwritten go on as they came, byte for byte.
 *
 * What takes time, an archive that is compressed, is done between two calls of `push`; the lines behind it wait.
 */
import { isObject } from '../codec/json.ts';
import { Output } from '../codec/output.ts';
import { SpoolDirectory } from '../container/tar/spool.ts';
import { editableEntry } from '../edit/entry-value.ts';
import { CritError, placed } from '../error.ts';
import { checkWhole } from '../line/check-line.ts';
import { LineFrame } from '../line/filter/line-frame.ts';
import { HeadReader, valueOf, type LineHead, type LineValue } from '../line/line-head.ts';
import { LineReader, type LineView } from '../line/line-reader.ts';
import { PieceReader, type PieceBytes } from '../line/piece-reader.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { isRawMagic } from '../schema/magics.ts';
import type { MessageType } from '../schema/schema.ts';
import { EntryVisitor } from './entry-visitor.ts';
import type { Search } from './image-bytes.ts';
import { pidOfImage, type Place } from './place.ts';
import { PagesImage } from './pages-image.ts';
import { fateOf, withoutQueue, type QueueFate } from './queues.ts';
import { RawImage } from './raw-image.ts';

/** Takes the lines of a raw image, or of an extra. */
interface ImageWork {
  begin(line: LineValue | Buffer): void;
  piece(line: LineView, piece: PieceBytes): void;
  /** Gives what is still to be done before the end line. */
  end(): AsyncGenerator<void, void, undefined> | undefined;
}

/** What is known of an image whose lines come. */
interface OpenImage {
  readonly place: Place;
  readonly first: MessageType | undefined;
  readonly rest: MessageType | undefined;
  entries: number;
  /** Takes its pieces: all of a raw image, or the extra of the last entry. */
  raw: ImageWork | undefined;
  /** What becomes of its queues, and of the extra of the last entry. */
  fate: QueueFate | undefined;
  /** Whether it could not be understood. */
  isBroken: boolean;
}

export class LineVisitor {
  readonly #search: Search;
  readonly #schema: ImageSchema;
  readonly #frame: LineFrame;
  readonly #heads: HeadReader;
  readonly #pieces = new PieceReader();
  readonly #directory = new SpoolDirectory();
  readonly #images = new Map<string, OpenImage>();
  readonly #entries: EntryVisitor;
  /** What takes time, and the lines that wait for it. */
  #work: AsyncGenerator<void, void, undefined> | undefined;
  #waiting = new Output(4096);
  /** The numbers of these lines. */
  #numbers: number[] = [];

  /** Lines are appended to `output`, which the caller empties between two calls. */
  constructor(output: Output, search: Search, schema: ImageSchema = BUILT_IN) {
    this.#search = search;
    this.#schema = schema;
    this.#entries = new EntryVisitor(search);
    this.#heads = new HeadReader(schema);
    const take = (line: LineView, head: LineHead): void => this.#take(line, head);
    this.#frame = new LineFrame(output, take, schema, take);
  }

  /** Whether there is work that must be done before the next call of `push` or `end`. */
  get isBusy(): boolean {
    return this.#work !== undefined;
  }

  /** Throws a CritError for what is no line, and where something cannot be understood or overwritten. */
  push(chunk: Uint8Array): void {
    this.#frame.push(chunk);
  }

  /** Does the work. Yields now and then, so that the output can be passed on. */
  async *work(): AsyncGenerator<void, void, undefined> {
    while (this.#work) {
      try {
        yield* this.#work;
      } catch (error) {
        this.#fail(error);
      }
      this.#frame.flush();
      this.#work = undefined;
      const lines = this.#waiting.take();
      const numbers = this.#numbers.values();
      this.#numbers = [];
      const again = new LineReader(
        (line) => {
          const number = numbers.next().value;
          try {
            this.#take(line, this.#heads.read(line), number);
          } catch (error) {
            throw placed(error, { line: number });
          }
        },
        () => this.#frame.flush(),
      );
      again.push(lines);
      again.end();
      this.#frame.flush();
    }
  }

  /** Throws a CritError where an error line has passed. */
  end(): void {
    this.#frame.end(() => {
      for (const image of this.#images.values()) this.#endPieces(image, false);
    });
  }

  /** Removes what was written aside. */
  close(): void {
    this.#directory.remove();
  }

  #take(line: LineView, head: LineHead, number: number = line.number): void {
    if (this.#work) {
      this.#numbers.push(number);
      this.#waiting.append(line.block.subarray(line.from, line.end));
      if (line.block[line.end - 1] !== 10) this.#waiting.appendText('\n');
      return;
    }
    if (head.kind === 'shard') {
      this.#frame.pass(line);
      return;
    }
    const image = this.#imageOf(head);
    if (image.isBroken) return;
    try {
      if (head.kind === 'begin') this.#begin(line, head, image);
      else if (head.kind === 'piece') this.#piece(line, head, image);
      else if (head.kind === 'entry') this.#entry(line, head, image);
      else this.#end(line, head, image, number);
    } catch (error) {
      image.isBroken = true;
      this.#fail(placed(error, { image: head.image }));
    }
  }

  #fail(error: unknown): void {
    const { onUnreadable } = this.#search;
    if (!onUnreadable || !(error instanceof CritError)) throw error;
    onUnreadable(error);
  }

  #imageOf({ image, magic }: LineHead): OpenImage {
    const known = this.#images.get(image);
    if (known) return known;
    const type = this.#schema.byMagic(magic);
    const made: OpenImage = {
      place: { image, magic, pid: pidOfImage(image) },
      first: type && this.#schema.entryOf(type, true),
      rest: type && this.#schema.entryOf(type, false),
      entries: 0,
      raw: undefined,
      fate: undefined,
      isBroken: false,
    };
    this.#images.set(image, made);
    return made;
  }

  #begin(line: LineView, head: LineHead, image: OpenImage): void {
    const value = valueOf(line, head);
    // What is sought may stand across the border of a range.
    checkWhole(value['begin']);
    this.#names(value['begin'], 'begin', image.place);
    if (!isRawMagic(head.magic)) this.#frame.pass(line);
    else this.#rawOf(image).begin(isTold(value['begin']) ? value : copyOf(line));
  }

  /** Names are what a restore goes by: they are told of, and not overwritten. */
  #names(value: unknown, key: 'begin' | 'end', place: Place): void {
    const scan = (text: string, field: string): void => {
      const { scanner, onFound } = this.#search;
      // The blocks of headers of an archive, and what fills a last block.
      const bytes = Buffer.from(text, /\.tar\.(?:header|padding)$/.test(field) ? 'base64' : 'utf8');
      scanner.scanText(bytes, (hit) => {
        if (onFound({ ...place, field }, hit.start, hit) && scanner.fill !== undefined)
          throw new CritError('name', `what was found is in its name (${field}), which is not overwritten: rename it`);
        return false;
      });
    };
    if (key === 'begin') scan(place.image, 'image');
    for (const [path, text] of stringsIn(value, key)) scan(text, path);
  }

  #entry(line: LineView, head: LineHead, image: OpenImage): void {
    this.#endPieces(image, false);
    const number = ++image.entries;
    const type = number === 1 ? image.first : image.rest;
    if (!type) throw new CritError('line', `${head.magic} has no entries`);
    const place = { ...image.place, entry: number };
    try {
      const fate = this.#search.onQueue && fateOf(head.magic);
      image.fate = fate;
      if (fate) {
        this.#search.onQueue?.(place);
        const { value, entry } = editableEntry(line, head, type);
        const other = withoutQueue(fate, value, entry, this.#search.scanner.fill ?? 0);
        if (other) this.#frame.write({ image: head.image, magic: head.magic, ...other });
        return;
      }
      const other = this.#entries.take(line, head, type, place);
      if (other) this.#frame.write(other);
      else this.#frame.pass(line);
    } catch (error) {
      throw placed(error, { entry: number });
    }
  }

  #piece(line: LineView, head: LineHead, image: OpenImage): void {
    const piece = this.#pieces.read(line, head);
    if (image.fate === undefined) this.#rawOf(image).piece(line, piece);
    else if (image.fate === 'fill') {
      const { offset, length } = piece;
      const { image: name, magic } = head;
      this.#frame.write({ image: name, magic, piece: { offset, length, fill: this.#search.scanner.fill ?? 0 } });
    }
  }

  #rawOf(image: OpenImage): ImageWork {
    if (image.raw) return image.raw;
    const { place, entries } = image;
    const write = (each: LineValue | Buffer): void => this.#frame.write(each);
    if (place.magic === 'PAGES' && this.#search.memory)
      return (image.raw = new PagesImage(place, this.#search, this.#search.memory, write));
    const isExtra = !isRawMagic(place.magic);
    const where: Place = isExtra ? { ...place, entry: entries, field: 'extra' } : place;
    return (image.raw = new RawImage(where, this.#search, write, this.#directory));
  }

  #end(line: LineView, head: LineHead, image: OpenImage, number: number): void {
    this.#work = this.#endPieces(image, true);
    if (this.#work) {
      // It comes again when that is done.
      this.#waiting.append(copyOf(line));
      this.#numbers.push(number);
      return;
    }
    this.#names(valueOf(line, head)['end'], 'end', image.place);
    this.#frame.pass(line);
    this.#images.delete(head.image);
    this.#search.memory?.guide.pagemaps.end(head.image);
  }

  /** The pieces of a raw image, or of an extra, have all come. */
  #endPieces(image: OpenImage, mayWait: boolean): AsyncGenerator<void, void, undefined> | undefined {
    const { raw, place } = image;
    image.raw = undefined;
    const work = raw?.end();
    if (work && !mayWait)
      throw new CritError('truncated', 'compressed, and its end has not come', { image: place.image });
    return work;
  }
}

/** Whether an archive tells how large the image is. */
function isTold(begin: unknown): boolean {
  return isObject(begin) && isObject(begin['tar']);
}

function copyOf({ block, from, end }: LineView): Buffer {
  const bytes = Buffer.from(block.subarray(from, end));
  return bytes[bytes.length - 1] === 10 ? bytes : Buffer.concat([bytes, Buffer.from('\n')]);
}

/** All strings in a value, with the way to each. */
function* stringsIn(value: unknown, path: string): Generator<readonly [string, string], void, undefined> {
  if (typeof value === 'string') yield [path, value];
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) yield* stringsIn(each, `${path}.${key}`);
}
