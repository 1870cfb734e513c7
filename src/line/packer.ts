/**
 * Lines to images: reads lines of any number of images, in turn or mixed, and gives each its encoder.
 *
 * Takes the lines of crit-cat, the same after other tools have rewritten them, bare entries where the magic is given, and
 * whole documents of CRIT.
 */
import { isUtf8 } from 'node:buffer';
import { FieldError } from '../codec/field-error.ts';
import { isObject, parseJson } from '../codec/json.ts';
import { DocumentEncoder } from '../document/document-encoder.ts';
import { CritError, placed } from '../error.ts';
import { ImageEncoder } from '../image/image-encoder.ts';
import type { CheckpointSink } from '../image/image-sink.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { checkBareMagic, parseBegin, parseEnd, typeOf, upstreamError } from './check-line.ts';
import { InputStart } from './input-start.ts';
import { HeadReader, entryOf, parseLineValue, valueOf, type LineHead } from './line-head.ts';
import { LineReader, type LineView, type LongLine } from './line-reader.ts';
import { LongEntry } from './long-entry.ts';
import { NameSet } from './name-set.ts';
import { PartedImages, type Part } from './parted-images.ts';
import { PieceReader } from './piece-reader.ts';
import { ShardJoin } from './shard.ts';

/** Images that may be open at once with their buffers full; more are written out whenever another one has its turn. */
const FULL_IMAGES = 32;

export interface PackerOptions {
  /** The magic of bare entries, which have no lines around them. */
  readonly magic?: string | undefined;
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
}

const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;
const NEWLINE = 10;

interface OpenImage {
  readonly name: string;
  readonly magic: string;
  readonly encoder: ImageEncoder | undefined;
  readonly hasBegun: boolean;
  /** Where its lines are those of a range. */
  readonly part: Part | undefined;
}

export class Packer {
  readonly #sink: CheckpointSink;
  readonly #magic: string | undefined;
  readonly #schema: ImageSchema;
  readonly #start = new InputStart();
  readonly #lines: LineReader;
  #document: DocumentEncoder | undefined;
  readonly #heads: HeadReader;
  readonly #pieces = new PieceReader();
  /** Images whose end has not come. */
  readonly #images = new Map<string, OpenImage>();
  readonly #parted = new PartedImages();
  readonly #ended = new NameSet();
  readonly #shards: ShardJoin;
  #current: OpenImage | undefined;
  /** That of the line before. */
  #head: LineHead | undefined;

  constructor(sink: CheckpointSink, options: PackerOptions = {}) {
    const { magic, schema = BUILT_IN } = options;
    this.#sink = sink;
    this.#magic = magic;
    this.#schema = schema;
    this.#shards = new ShardJoin(sink.isOrdered ?? false);
    if (magic !== undefined) checkBareMagic(schema, magic);
    this.#heads = new HeadReader(schema);
    this.#lines = new LineReader(
      (line) => {
        try {
          if (magic === undefined) this.#line(line);
          else this.#bare(line.text(), magic);
        } catch (error) {
          throw placed(error, { image: this.#current?.name, line: line.number });
        }
      },
      undefined,
      (beginning) => this.#long(beginning),
    );
  }

  /** Takes bytes of lines. Throws a CritError where they are none, or do not belong together. */
  push(chunk: Uint8Array): void {
    for (const bytes of this.#start.push(chunk)) this.#push(bytes);
  }

  #push(bytes: Uint8Array): void {
    if (this.#start.isDocument) this.#document ??= new DocumentEncoder(this.#sink, this.#schema);
    if (this.#document) this.#document.push(bytes);
    else this.#lines.push(bytes);
  }

  /** Says that all lines have come. Throws a CritError where an image is not complete. */
  end(): void {
    for (const bytes of this.#start.end()) this.#push(bytes);
    if (this.#document) {
      this.#document.end();
      return;
    }
    this.#lines.end();
    this.#shards.end();
    if (this.#images.size + this.#parted.size === 0 && this.#ended.size === 0) {
      if (this.#magic === undefined)
        throw new CritError('sequence', 'no lines, and so no image: did the tool before this one fail?');
      this.#openImage('-', this.#magic, {}, false);
    }
    this.#endAll();
    this.#parted.finish();
  }

  /** Images that came without brackets are complete. */
  #endAll(): void {
    for (const image of this.#images.values()) {
      if (image.hasBegun) {
        throw new CritError('truncated', 'begun, but never ended: its last lines are missing', { image: image.name });
      }
      this.#end(image);
    }
  }

  /** A shard begins, or has come to its end. */
  #shard(value: unknown): void {
    this.#current = undefined;
    this.#shards.take(value);
    this.#endAll();
  }

  #line(line: LineView): void {
    const head = this.#heads.read(line);
    const { kind } = head;
    if (kind === 'error') throw upstreamError(head.value?.['error']);
    if (kind === 'shard') this.#shard(head.value?.['shard']);
    else if (kind === 'begin') this.#begin(head.image, head.magic, valueOf(line, head)['begin']);
    else {
      const image = head === this.#head && this.#current ? this.#current : this.#imageOf(head);
      if (kind === 'end') this.#end(image, valueOf(line, head)['end']);
      else if (!image.encoder)
        throw new CritError('line', `${head.magic} has neither entries nor pieces`, { image: image.name });
      else if (kind === 'entry') {
        if (!isWritten(line, head, image.encoder)) {
          const entry = entryOf(line, head);
          if (entry) image.encoder.entry(entry, undefined);
          else {
            const value = head.value ?? parseLineValue(line.text());
            image.encoder.entry(value['entry'], value['extra'], value['wire']);
          }
        }
      } else {
        const piece = this.#pieces.readAny(line, head);
        if ('from' in piece) image.encoder.reference(piece.offset, piece.length, piece.from);
        else if ('fill' in piece) image.encoder.fill(piece.offset, piece.length, piece.fill);
        else image.encoder.piece(piece.offset, piece.bytes);
      }
    }
    this.#head = head;
  }

  /** A long line of an entry is encoded as it comes. */
  #long(beginning: LineView): LongLine | undefined {
    if (this.#magic !== undefined) return undefined;
    const head = this.#heads.readBeginning(beginning);
    const { block, number } = beginning;
    if (head?.kind !== 'entry' || block[head.valueAt] !== OPENING_BRACE || !isUtf8(block.subarray(0, head.valueAt)))
      return undefined;
    const at = <T>(work: () => T): T => {
      try {
        return work();
      } catch (error) {
        throw placed(error, { image: head.image, line: number });
      }
    };
    const { encoder } = at(() => this.#imageOf(head));
    const type = encoder?.plainMessage;
    if (!encoder || !type || !LongEntry.takes(type)) return undefined;
    const start = block.toString('utf8', 0, head.valueAt);
    const entry = new LongEntry(type);
    at(() => entry.push(block.subarray(head.valueAt)));
    return {
      push: (bytes) => at(() => entry.push(bytes)),
      end: () => {
        at(() => {
          const { parts, behind } = entry.finish();
          const { wire, extra } = parseLineValue(`${start}{}${behind}`);
          if (extra !== undefined) throw new FieldError(`an entry of ${head.magic} has no extra`, 'extra');
          encoder.encoded(parts, wire);
        });
        this.#head = head;
      },
    };
  }

  #bare(text: string, magic: string): void {
    const value = parseJson(text);
    if (!isObject(value)) throw new CritError('line', `not an object: ${text.slice(0, 40)}`);
    const open = this.#current ?? this.#openImage('-', magic, {}, false);
    const { extra, ...fields } = value;
    open.encoder?.entry(fields, extra);
  }

  #begin(name: string, magic: string, begin: unknown): void {
    this.#shards.line();
    if (this.#images.has(name) || this.#ended.has(name)) {
      throw new CritError('sequence', 'begins twice, or after its first lines', { image: name });
    }
    this.#openImage(name, magic, begin, true);
  }

  #imageOf({ image: name, magic }: LineHead): OpenImage {
    this.#shards.line();
    const image = this.#images.get(name) ?? this.#openImage(name, magic, {}, false);
    this.#turnTo(image);
    if (image.magic === magic) return image;
    throw new CritError('sequence', `its magic was ${image.magic} before and is ${magic} now`, { image: name });
  }

  #openImage(name: string, magic: string, begin: unknown, hasBegun: boolean): OpenImage {
    if (this.#ended.has(name)) throw new CritError('sequence', 'a line behind the end of the image', { image: name });
    const image: OpenImage = { name, magic, hasBegun, ...this.#opened(name, magic, begin) };
    this.#images.set(name, image);
    this.#turnTo(image);
    return image;
  }

  #opened(name: string, magic: string, begin: unknown): Pick<OpenImage, 'encoder' | 'part'> {
    try {
      const { head, target, details, range } = parseBegin(begin, magic);
      if (range || this.#parted.has(name)) {
        const open = (): ImageEncoder =>
          new ImageEncoder(this.#schema, undefined, undefined, this.#sink.image(name, details));
        const part = this.#parted.begin(name, details, range, open);
        return { encoder: part.of.encoder, part };
      }
      if (magic === 'LINK') this.#sink.link(name, target, details);
      else if (magic === 'DIR') this.#sink.directory(name, details);
      else {
        const type = typeOf(this.#schema, magic);
        const encoder = new ImageEncoder(this.#schema, type, head, this.#sink.image(name, details));
        return { encoder, part: undefined };
      }
      return { encoder: undefined, part: undefined };
    } catch (error) {
      throw placed(error, { image: name });
    }
  }

  #turnTo(image: OpenImage): void {
    if (this.#current === image) return;
    if (this.#images.size > FULL_IMAGES) this.#current?.encoder?.flush();
    this.#current = image;
  }

  #end(image: OpenImage, end: unknown = {}): void {
    try {
      const { tar } = parseEnd(end);
      if (image.part && !this.#parted.end(image.name, image.part)) {
        this.#close(image);
        return;
      }
      if (tar !== undefined) this.#sink.ending?.(image.name, tar);
      image.encoder?.end();
    } catch (error) {
      throw placed(error, { image: image.name });
    }
    this.#close(image);
    this.#ended.add(image.name);
  }

  #close(image: OpenImage): void {
    this.#images.delete(image.name);
    if (this.#current === image) this.#current = undefined;
  }
}

/** Writes the entry of a line, which ends with it, from its text where that can be; whether it was written. */
function isWritten({ block, from, end }: LineView, { valueAt }: LineHead, encoder: ImageEncoder): boolean {
  const close = block[end - 1] === NEWLINE ? end - 2 : end - 1;
  return valueAt > 0 && block[close] === CLOSING_BRACE && encoder.text(block, from + valueAt, close);
}
