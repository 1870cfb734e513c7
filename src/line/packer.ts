/**
 * Lines to images: reads lines of any number of images, in turn or mixed, and gives each its encoder.
 *
 * Takes the lines of crit-cat, the same after other tools have rewritten them, bare entries where the magic is given, and
 * whole documents of CRIT.
 */
import { parseBase64 } from '../codec/parse-value.ts';
import { CritError, placed } from '../error.ts';
import { checkBareMagic, checkKeys, isHead, linkTarget, parseMode, typeOf, upstreamError } from './check-line.ts';
import { DocumentEncoder } from '../document/document-encoder.ts';
import { beginsDocument } from '../document/document-reader.ts';
import { EntryReader } from './entry-reader.ts';
import { ImageEncoder } from '../image/image-encoder.ts';
import type { CheckpointSink, ImageDetails, ImageSink } from '../image/image-sink.ts';
import { isObject, parseJson } from '../codec/json.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { LineReader, hasAt, type LineView } from './line-reader.ts';
import { PIECE_SIZE, isPiece } from '../image/piece.ts';

/** Images that may be open at once with their buffers full; more are written out whenever another one has its turn. */
const FULL_IMAGES = 32;

/** The numbers of a piece of data as crit-cat writes it, behind `"piece":{"offset":`. */
const DATA_HEAD = /^(?<offset>\d{1,15}),"length":(?<length>\d{1,5}),"data":"/;

export interface PackerOptions {
  /** The magic of bare entries, which have no lines around them. */
  readonly magic?: string | undefined;
  /** Which images there are: those of CRIU without it. */
  readonly schema?: ImageSchema | undefined;
}

interface OpenImage {
  readonly name: string;
  readonly magic: string;
  /** What its lines begin with, as crit-cat writes them, up to an entry or the offset of a piece. */
  readonly entryHead: Buffer;
  readonly pieceHead: Buffer;
  readonly entries: EntryReader;
  readonly encoder: ImageEncoder | undefined;
  readonly hasBegun: boolean;
  hasEnded: boolean;
}

export class Packer {
  readonly #sink: CheckpointSink;
  readonly #options: PackerOptions;
  readonly #schema: ImageSchema;
  readonly #images = new Map<string, OpenImage>();
  readonly #lines: LineReader;
  #document: DocumentEncoder | undefined;
  /** The first bytes, until it is known what they are. */
  #start: Buffer | undefined = Buffer.alloc(0);
  #current: OpenImage | undefined;
  #piece: Buffer = Buffer.alloc(0);
  #open = 0;

  constructor(sink: CheckpointSink, options: PackerOptions = {}) {
    this.#sink = sink;
    this.#options = options;
    const { magic, schema = BUILT_IN } = options;
    this.#schema = schema;
    if (magic !== undefined) checkBareMagic(schema, magic);
    this.#lines = new LineReader((line) => {
      try {
        if (magic !== undefined) this.#bare(line.text(), magic);
        else if (!this.#fast(line)) this.#line(line.text());
      } catch (error) {
        throw placed(error, { image: this.#current?.name, line: line.number });
      }
    });
  }

  /** Takes bytes of lines. Throws a CritError where they are none, or do not belong together. */
  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#start) {
      bytes = this.#start.length > 0 ? Buffer.concat([this.#start, chunk]) : chunk;
      const isDocument = beginsDocument(Buffer.from(bytes.subarray(0, 512)).toString('latin1'));
      if (isDocument === undefined) {
        this.#start = Buffer.from(bytes);
        return;
      }
      this.#begin(isDocument);
    }
    if (this.#document) this.#document.push(bytes);
    else this.#lines.push(bytes);
  }

  /** Says that all lines have come. Throws a CritError where an image is not complete. */
  end(): void {
    const { magic } = this.#options;
    if (this.#start) {
      const bytes = this.#start;
      this.#begin(false);
      this.#lines.push(bytes);
    }
    if (this.#document) this.#document.end();
    else this.#lines.end();
    if (this.#images.size === 0 && !this.#document) {
      if (magic === undefined)
        throw new CritError('sequence', 'no lines, and so no image: did the tool before this one fail?');
      this.#openImage('-', magic, {}, false);
    }
    for (const image of this.#images.values()) {
      if (image.hasEnded) continue;
      if (image.hasBegun) {
        throw new CritError('truncated', 'begun, but never ended: its last lines are missing', { image: image.name });
      }
      this.#end(image);
    }
  }

  #begin(isDocument: boolean): void {
    this.#start = undefined;
    if (isDocument) this.#document = new DocumentEncoder(this.#sink, this.#schema);
  }

  /** A line of the same image as the one before, written as crit-cat writes it; false where it is another. */
  #fast(line: LineView): boolean {
    const image = this.#current;
    if (!image?.encoder || image.hasEnded) return false;
    if (hasAt(line, line.from, image.entryHead)) {
      const entry = image.entries.read(line, line.from + image.entryHead.length);
      if (entry === undefined) return false;
      image.encoder.entry(entry, undefined);
      return true;
    }
    return (
      // Characters above U+00FF would be taken for others.
      line.blockText !== undefined &&
      hasAt(line, line.from, image.pieceHead) &&
      this.#fastPiece(line.text(), image.pieceHead.length, image.encoder)
    );
  }

  #fastPiece(text: string, from: number, encoder: ImageEncoder): boolean {
    const found = DATA_HEAD.exec(text.slice(from, from + 64));
    if (!found?.groups || !text.endsWith('"}}')) return false;
    const offset = Number(found.groups['offset']);
    const length = Number(found.groups['length']);
    const data = text.slice(from + found[0].length, -3);
    const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
    if (length > PIECE_SIZE || data.length % 4 !== 0 || (data.length / 4) * 3 - padding !== length) return false;
    if (this.#piece.length === 0) this.#piece = Buffer.allocUnsafeSlow(PIECE_SIZE + 3);
    // What is not base64 is skipped, so that fewer bytes come out.
    if (this.#piece.write(data, 0, 'base64') !== length) return false;
    encoder.piece(offset, this.#piece.subarray(0, length));
    return true;
  }

  #line(text: string): void {
    const line = parseJson(text);
    if (!isObject(line)) throw new CritError('line', `not an object: ${text.slice(0, 40)}`);
    const { error, image: name, magic } = line;
    if (error !== undefined) throw upstreamError(error);
    checkKeys(line);
    if (typeof magic !== 'string') throw new CritError('line', 'a line without "magic"; for bare entries give --magic');
    const image = name === undefined ? '-' : name;
    if (typeof image !== 'string') throw new CritError('line', '"image" is not a string');
    const kinds = ['begin', 'entry', 'piece', 'end'].filter((key) => line[key] !== undefined);
    if (kinds.length !== 1) {
      throw new CritError(
        'line',
        kinds.length === 0 ? 'a line without begin, entry, piece or end' : `a line with both ${kinds.join(' and ')}`,
        { image },
      );
    }
    if (kinds[0] === 'begin') {
      if (this.#images.has(image)) throw new CritError('sequence', 'begins twice, or after its first lines', { image });
      this.#openImage(image, magic, line['begin'], true);
      return;
    }
    const open = this.#images.get(image) ?? this.#openImage(image, magic, {}, false);
    this.#turnTo(open);
    if (open.magic !== magic)
      throw new CritError('sequence', `its magic was ${open.magic} before and is ${magic} now`, { image });
    if (open.hasEnded) throw new CritError('sequence', `a line behind the end of the image`, { image });
    if (kinds[0] === 'end') this.#end(open, line['end']);
    else if (!open.encoder) throw new CritError('line', `${magic} has neither entries nor pieces`, { image });
    else if (kinds[0] === 'entry') this.#entry(open.encoder, line);
    else this.#pieceLine(open.encoder, line['piece']);
  }

  #entry(encoder: ImageEncoder, line: Record<string, unknown>): void {
    checkKeys(line);
    encoder.entry(line['entry'], line['extra'], line['wire']);
  }

  #pieceLine(encoder: ImageEncoder, piece: unknown): void {
    if (!isPiece(piece))
      throw new CritError('line', 'a piece must have offset, length, and data (base64) or fill (0 to 255)');
    if ('fill' in piece) {
      encoder.fill(piece.offset, piece.length, piece.fill);
      return;
    }
    const bytes = parseBase64(piece.data);
    if (bytes.length !== piece.length) {
      throw new CritError('value', `a piece whose length is ${piece.length}, but its data has ${bytes.length} bytes`);
    }
    encoder.piece(piece.offset, bytes);
  }

  #bare(text: string, magic: string): void {
    const value = parseJson(text);
    if (!isObject(value)) throw new CritError('line', `not an object: ${text.slice(0, 40)}`);
    const open = this.#current ?? this.#openImage('-', magic, {}, false);
    const { extra, ...fields } = value;
    open.encoder?.entry(fields, extra);
  }

  #openImage(name: string, magic: string, begin: unknown, hasBegun: boolean): OpenImage {
    if (!isObject(begin)) throw new CritError('line', '"begin" is not an object', { image: name });
    const head = `{"image":${JSON.stringify(name)},"magic":${JSON.stringify(magic)},`;
    const image: OpenImage = {
      name,
      magic,
      entryHead: Buffer.from(`${head}"entry":`),
      pieceHead: Buffer.from(`${head}"piece":{"offset":`),
      entries: new EntryReader(this.#schema, magic),
      encoder: this.#encoder(name, magic, begin),
      hasBegun,
      hasEnded: false,
    };
    this.#images.set(name, image);
    this.#open++;
    this.#turnTo(image);
    return image;
  }

  #encoder(name: string, magic: string, begin: Record<string, unknown>): ImageEncoder | undefined {
    const { head, target, mode, tar, ...others } = begin;
    const details: ImageDetails = { magic, mode: parseMode(mode, name), tar };
    const [other] = Object.keys(others);
    if (other !== undefined)
      throw new CritError('line', `"begin" has no key ${JSON.stringify(other)}`, { image: name });
    if (magic === 'LINK') {
      if (mode !== undefined) throw new CritError('line', 'a link has no mode', { image: name });
      this.#sink.link(name, linkTarget(target), details);
      return undefined;
    }
    if (magic === 'DIR') {
      this.#sink.directory(name, details);
      return undefined;
    }
    const type = typeOf(this.#schema, magic);
    if (target !== undefined || (head !== undefined && (!type || !isHead(head)))) {
      throw new CritError('line', '"begin" may hold "head", which is "common", "service" or "none"', { image: name });
    }
    const sink: ImageSink = this.#sink.image(name, details);
    return new ImageEncoder(this.#schema, type, isHead(head) ? head : undefined, sink);
  }

  #turnTo(image: OpenImage): void {
    if (this.#current === image) return;
    if (this.#open > FULL_IMAGES) this.#current?.encoder?.flush();
    this.#current = image;
  }

  #end(image: OpenImage, end?: unknown): void {
    try {
      if (isObject(end) && end['tar'] !== undefined) this.#sink.ending?.(image.name, end['tar']);
      image.encoder?.end();
    } catch (error) {
      throw placed(error, { image: image.name });
    }
    image.hasEnded = true;
    this.#open--;
  }
}
