/** The entries of one image as objects, for code that wants to know what an image says. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { MessageDecoder } from '../codec/message-decoder.ts';
import { Output } from '../codec/output.ts';
import { PLAIN } from '../codec/style.ts';
import { CritError, placed } from '../error.ts';
import { detect } from '../image/detect.ts';
import { ENTRY_LIMIT } from '../image/limits.ts';
import { ImageScanner, type EntryPlace } from '../image/image-scanner.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { EntryByMagic } from '../schema/generated/messages.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { Magic } from '../schema/images.ts';
import { readChunksSync } from './read-chunks.ts';
import { WholeFile } from './whole-file.ts';
import { readFully } from './read-fully.ts';

/** Bytes that are read at once. */
const CHUNK_SIZE = 256 * 1024;

/** Told the bytes of each entry, which are valid until it returns, and where it stands. */
export type OnEntry = (bytes: Uint8Array, from: number, end: number, place: EntryPlace) => void;

/** Takes one entry as JSON, whichever parser it is that writes it. */
const OUTPUT = new Output(4096);

/** Makes objects of the entries of one kind of image. */
export class EntryParser<M extends Magic> {
  readonly #first: MessageDecoder;
  readonly #rest: MessageDecoder;

  constructor(magic: M, schema: ImageSchema = BUILT_IN) {
    const type = schema.byMagic(magic);
    if (!type) throw new TypeError(`no image is called ${magic}`);
    this.#first = new MessageDecoder(schema.entryOf(type, true), PLAIN);
    this.#rest = new MessageDecoder(schema.entryOf(type, false), PLAIN);
  }

  /** The entry between two positions. Throws a CritError where it is none. */
  parse(bytes: Uint8Array, from: number, end: number, place: EntryPlace): EntryByMagic[M] {
    const decoder = place.entry === 1 ? this.#first : this.#rest;
    decoder.decode(bytes, from, end, OUTPUT, place.offset + 4 - from);
    // The decoder writes what the schema says, and the types are made from the schema.
    const entry: EntryByMagic[M] = JSON.parse(OUTPUT.view().toString('utf8'));
    OUTPUT.length = 0;
    OUTPUT.shrink(CHUNK_SIZE);
    return entry;
  }
}

/**
 * The entries of an image, one after another. The image is named by its path, which must lead to an ordinary file, by a
 * file that is open, or is in memory. No descriptor is open while nobody asks for the next one. Throws a CritError, which calls it `image`,
 * where it is damaged or an image of another kind.
 */
export function* readEntries<M extends Magic>(
  source: string | number | Uint8Array,
  image: string,
  magic: M,
  schema: ImageSchema = BUILT_IN,
): Generator<EntryByMagic[M], void, undefined> {
  const parser = new EntryParser(magic, schema);
  let entries: EntryByMagic[M][] = [];
  const scanner = scannerOf(schema, image, magic, (bytes, from, end, place) =>
    entries.push(parser.parse(bytes, from, end, place)),
  );
  let failure: unknown;
  const chunks = imageChunks(source, image);
  for (let isOver = false; !isOver && failure === undefined;) {
    try {
      const next = chunks.next();
      isOver = next.done === true;
      if (next.done) scanner.end();
      else scanner.push(next.value);
    } catch (error) {
      failure = placed(error, { image });
    }
    // Also those in front of what is damaged.
    const complete = entries;
    entries = [];
    yield* complete;
  }
  if (failure !== undefined) throw failure;
}

/** The first entry alone, as its bytes; undefined where there is none. */
export function readFirst(
  path: string,
  image: string,
  magic: Magic,
  schema: ImageSchema = BUILT_IN,
): { readonly bytes: Buffer; readonly place: EntryPlace } | undefined {
  const fd = openImage(path, image);
  try {
    const left = fstatSync(fd).size;
    const head = readFully(fd, 0, Math.min(8, left));
    const detected = detect(image, head, true, schema);
    // What it says of images of another kind is said there.
    if (detected?.kind !== 'entries' || detected.type.magic !== magic) {
      scannerOf(schema, image, magic, () => {}).push(head);
      throw new CritError('format', `no ${magic} image`);
    }
    const offset = detected.start;
    if (left === offset) return undefined;
    const place = { entry: 1, offset };
    const word = readFully(fd, offset, Math.min(4, left - offset));
    const length = word.length < 4 ? 4 : word.readUInt32LE(0);
    const there = Math.max(0, left - offset - 4);
    if (length > ENTRY_LIMIT) {
      throw new CritError('limit', `an entry of ${length} bytes; ${ENTRY_LIMIT >> 20} MiB is the most`, place);
    }
    if (word.length < 4 || length > there) {
      throw new CritError('truncated', `truncated: ${length} bytes expected, ${there} left`, place);
    }
    return { bytes: readFully(fd, offset + 4, length), place };
  } catch (error) {
    throw placed(error, { image });
  } finally {
    closeSync(fd);
  }
}

/** All entries without objects, for images of which there is much, at once. */
export function scanEntries(
  path: string,
  image: string,
  magic: Magic,
  onEntry: OnEntry,
  schema: ImageSchema = BUILT_IN,
): void {
  try {
    const scanner = scannerOf(schema, image, magic, onEntry);
    for (const chunk of imageChunks(path, image)) scanner.push(chunk);
    scanner.end();
  } catch (error) {
    throw placed(error, { image });
  }
}

function scannerOf(schema: ImageSchema, image: string, magic: Magic, onEntry: OnEntry): ImageScanner {
  return new ImageScanner(schema, image, {
    onBegin(type) {
      if (type.magic !== magic) throw new CritError('format', `no ${magic} image, but one of ${type.magic}`);
    },
    onEntry: (bytes, from, end, _extra, place) => onEntry(bytes, from, end, place),
    onExtra() {},
    onExtraEnd() {},
  });
}

/** The bytes of an image in chunks that are valid until the next one. It is opened anew for each. */
export function* imageChunks(
  source: string | number | Uint8Array,
  image: string,
): Generator<Uint8Array, void, undefined> {
  if (source instanceof Uint8Array) {
    if (source.length > 0) yield source;
    return;
  }
  if (typeof source === 'number') {
    yield* readChunksSync(source);
    return;
  }
  let buffer: Buffer | undefined;
  let whole: WholeFile | undefined;
  for (let offset = 0; ;) {
    const fd = openImage(source, image);
    let size: number;
    try {
      whole ??= new WholeFile(fd);
      buffer ??= Buffer.allocUnsafe(Math.min(CHUNK_SIZE, fstatSync(fd).size + 1));
      size = readSync(fd, buffer, 0, buffer.length, offset);
    } finally {
      closeSync(fd);
    }
    if (size === 0) {
      whole.check(offset);
      return;
    }
    offset += size;
    yield buffer.subarray(0, size);
  }
}

/** Opens an image, without waiting where its name is that of a named pipe. Throws a CritError for what is no ordinary file. */
export function openImage(path: string, image: string): number {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
    throw new CritError('io', 'is no ordinary file');
  } catch (error) {
    throw placed(error, { image });
  }
}
