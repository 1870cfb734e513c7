/** An image that is compressed: it waits for its end, in memory or in a private file, and is compressed again where it has changed. */
import { createGunzip } from 'node:zlib';
import { CODEC_CHUNK, throughCodec } from '../container/compression/codec-chunks.ts';
import { compress, type Compression } from '../container/compression/compress.ts';
import { decompressZstd } from '../container/compression/zstd.ts';
import { DETECT_SIZE } from '../container/detect-format.ts';
import { Spool, type SpoolDirectory } from '../container/tar/spool.ts';
import { isObject } from '../codec/json.ts';
import { placed } from '../error.ts';
import { PIECE_SIZE } from '../image/piece.ts';
import type { LineValue } from '../line/line-head.ts';
import type { LineView } from '../line/line-reader.ts';
import type { PieceBytes } from '../line/piece-reader.ts';
import { workOf, type ByteWork, type Search } from './image-bytes.ts';
import type { Place } from './place.ts';
import { SettledBytes } from './settled-bytes.ts';

type Write = (line: LineValue | Buffer) => void;

export class CompressedImage {
  readonly #place: Place;
  readonly #format: Compression;
  readonly #search: Search;
  readonly #directory: SpoolDirectory;
  /** Its lines as they came, and its bytes. */
  readonly #lines: Spool;
  readonly #bytes: Spool;

  constructor(place: Place, format: Compression, search: Search, directory: SpoolDirectory) {
    this.#place = place;
    this.#format = format;
    this.#search = search;
    this.#directory = directory;
    this.#lines = new Spool(directory, place.image);
    this.#bytes = new Spool(directory, place.image);
  }

  add({ block, from, end }: LineView, piece: PieceBytes): void {
    this.#lines.write(block.subarray(from, end));
    if (block[end - 1] !== 10) this.#lines.write(Buffer.from('\n'));
    if ('fill' in piece) this.#bytes.fill(piece.fill, piece.length);
    else this.#bytes.write(piece.bytes);
  }

  /**
   * Writes its lines: as they came, where nothing was found. Yields now and then, so that what was written can be passed on. Throws a
   * CritError where the data is damaged.
   */
  async *finish(begin: LineValue | Buffer | undefined, write: Write): AsyncGenerator<void, void, undefined> {
    const { image, magic } = this.#place;
    const bytes = new SettledBytes();
    const result = new Spool(this.#directory, image);
    try {
      const scanned = this.#scanned(bytes);
      if (this.#search.scanner.fill === undefined) for await (const _ of scanned);
      else for await (const chunk of compress(scanned, this.#format)) result.write(chunk);
    } catch (error) {
      throw placed(error, { image });
    }
    if (begin) write(bytes.hasChanged && !(begin instanceof Uint8Array) ? withSize(begin, result.size) : begin);
    if (!bytes.hasChanged) {
      for (const chunk of this.#lines.take()) {
        write(chunk);
        yield;
      }
      return;
    }
    let offset = 0;
    for (const chunk of result.take()) {
      for (let at = 0; at < chunk.length; at += PIECE_SIZE) {
        const part = chunk.subarray(at, at + PIECE_SIZE);
        write({ image, magic, piece: { offset, length: part.length, data: part.toString('base64') } });
        offset += part.length;
      }
      yield;
    }
  }

  async *#scanned(bytes: SettledBytes): AsyncGenerator<Buffer, void, undefined> {
    let work: ByteWork | undefined;
    let first: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#decompressed()) {
      const copy = bytes.add(chunk);
      if (work) work.push(copy);
      else {
        first = Buffer.concat([first, copy]);
        if (first.length < DETECT_SIZE) continue;
        work = workOf(first, this.#place, this.#search, bytes);
        work.push(first);
      }
      yield* bytes.take();
    }
    work ??= workOf(first, this.#place, this.#search, bytes);
    if (first.length < DETECT_SIZE) work.push(first);
    work.end();
    yield* bytes.take();
  }

  #decompressed(): AsyncIterable<Uint8Array> {
    const bytes = asAsync(this.#bytes.take());
    return this.#format === 'gzip' ? throughCodec(createGunzip(CODEC_CHUNK), bytes) : decompressZstd(bytes);
  }
}

async function* asAsync<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  yield* items;
}

/** A begin line with another size: a member of an archive tells its own, and the blocks of its header tell it again. */
export function withSize(line: LineValue, size: number): LineValue {
  const begin = line['begin'];
  const tar = isObject(begin) ? begin['tar'] : undefined;
  if (!isObject(begin) || !isObject(tar)) return line;
  const { header: _header, ...rest } = tar;
  return { ...line, begin: { ...begin, tar: { ...rest, size } } };
}
