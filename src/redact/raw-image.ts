/** A raw image, told by its first bytes: JSON of an engine, an archive, something compressed, or just bytes. */
import { Output } from '../codec/output.ts';
import { DETECT_SIZE, formatOf } from '../container/detect-format.ts';
import type { SpoolDirectory } from '../container/tar/spool.ts';
import { isEngineFile } from '../edit/engine-files.ts';
import { CritError } from '../error.ts';
import { BLOCK_SIZE } from '../image/piece.ts';
import type { LineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import type { PieceBytes } from '../line/piece-reader.ts';
import { CompressedImage } from './compressed-image.ts';
import { HeldPieces } from './held-pieces.ts';
import { PlainWork, workOf, type ByteWork, type Search } from './image-bytes.ts';
import { isJson, scanJson } from './json-text.ts';
import type { Place } from './place.ts';

/** Bytes of JSON whose strings are looked at one by one; what is larger is looked at as it is written. */
const JSON_LIMIT = 1024 * 1024;

type Write = (line: LineValue | Buffer) => void;

export class RawImage {
  readonly #place: Place;
  readonly #search: Search;
  readonly #write: Write;
  readonly #directory: SpoolDirectory;
  readonly #pieces: HeldPieces;
  /** The first bytes, until it is known what they are; all bytes, of what may be JSON. */
  readonly #first = new Output(4096);
  #begin: LineValue | Buffer | undefined;
  #work: ByteWork | undefined;
  #mayBeJson = false;
  #compressed: CompressedImage | undefined;
  #offset = 0;

  /** Lines are written when nothing of them can change any more. Of what is not a RAW image, the bytes are just bytes. */
  constructor(place: Place, search: Search, write: Write, directory: SpoolDirectory) {
    this.#place = place;
    this.#search = search;
    this.#write = write;
    this.#directory = directory;
    this.#pieces = new HeldPieces(write);
    if (place.magic !== 'RAW') this.#work = new PlainWork(place, search, this.#pieces);
  }

  /** Takes the begin line, which waits until it is known what the image is. */
  begin(line: LineValue | Buffer): void {
    if (this.#work) this.#write(line);
    else this.#begin = line;
  }

  /** Takes the line of a piece. Throws a CritError where it is out of its place, and where its bytes are not what they begin like. */
  piece(line: LineView, piece: PieceBytes): void {
    if (piece.offset !== this.#offset)
      throw new CritError('sequence', `a piece at ${piece.offset}, where ${this.#offset} is expected`);
    this.#offset += piece.length;
    if (this.#compressed) this.#compressed.add(line, piece);
    else if (this.#work) {
      this.#pieces.add(line, piece);
      push(this.#work, piece);
    } else this.#start(line, piece);
  }

  /** Takes the end of the image: gives what is still to be done before its end line. */
  end(): AsyncGenerator<void, void, undefined> | undefined {
    const begin = this.#begin;
    if (this.#compressed) return this.#compressed.finish(begin, this.#write);
    if (!this.#work) {
      this.#passBegin();
      if (this.#mayBeJson && isJson(this.#first.view())) {
        this.#json();
        return undefined;
      }
      this.#decide();
    }
    this.#work?.end();
    this.#pieces.settle(Infinity);
    return undefined;
  }

  #start(line: LineView, piece: PieceBytes): void {
    const first = this.#first;
    if (first.length === 0) {
      const format = 'fill' in piece ? undefined : formatOf('', piece.bytes);
      if (format === 'gzip' || format === 'zstd') {
        this.#compressed = new CompressedImage(this.#place, format, this.#search, this.#directory);
        this.#compressed.add(line, piece);
        return;
      }
      this.#mayBeJson = !('fill' in piece) && /^\s*[[{]/.test(Buffer.from(piece.bytes).toString('latin1', 0, 64));
    }
    this.#pieces.add(line, piece);
    if (this.#mayBeJson && first.length + piece.length <= JSON_LIMIT) {
      first.append(bytesOf(piece));
      return;
    }
    if (this.#mayBeJson && isEngineFile(this.#place.image))
      throw new CritError('limit', `larger than the ${JSON_LIMIT >> 20} MiB that are read as JSON`);
    if (this.#mayBeJson)
      this.#search.onWarning?.(
        new CritError(
          'limit',
          `begins like JSON, and is larger than the ${JSON_LIMIT >> 20} MiB that are read as JSON: it was looked at as it is written, ` +
            'and a secret with escapes in it is not found',
          { image: this.#place.image },
        ),
      );
    this.#mayBeJson = false;
    if ('fill' in piece) {
      this.#decide();
      if (this.#work) push(this.#work, piece);
    } else {
      first.append(piece.bytes);
      if (first.length >= DETECT_SIZE) this.#decide();
    }
  }

  /** It is known what the bytes are. */
  #decide(): void {
    this.#passBegin();
    const first = this.#first.take();
    this.#work =
      first.length === 0
        ? new PlainWork(this.#place, this.#search, this.#pieces)
        : workOf(first.subarray(0, DETECT_SIZE), this.#place, this.#search, this.#pieces);
    this.#work.push(first);
  }

  #json(): void {
    const { scanner, onFound } = this.#search;
    const bytes = this.#first.take();
    const now = scanJson(bytes, scanner, (hit, field) => onFound({ ...this.#place, field }, hit.start, hit));
    for (let at = 0; at < now.length; at += BLOCK_SIZE) {
      const block = now.subarray(at, at + BLOCK_SIZE);
      if (!block.equals(bytes.subarray(at, at + BLOCK_SIZE))) this.#pieces.overwrite(at, block);
    }
    this.#pieces.settle(Infinity);
  }

  #passBegin(): void {
    if (this.#begin) this.#write(this.#begin);
    this.#begin = undefined;
  }
}

function push(work: ByteWork, piece: PieceBytes): void {
  if ('fill' in piece) work.fill(piece.fill, piece.length);
  else work.push(bytesOf(piece));
}

function bytesOf(piece: PieceBytes): Buffer {
  if ('fill' in piece) return Buffer.alloc(piece.length, piece.fill);
  return Buffer.from(piece.bytes.buffer, piece.bytes.byteOffset, piece.bytes.length);
}
