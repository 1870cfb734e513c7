/**
 * The bytes of one image of entries to its parts: entries, and the bytes that follow some of them.
 *
 * Bytes come in chunks of any size. An entry is passed on when it is complete, straight from the chunk where it can be; the
 * bytes of an extra are passed on as they come, so that memory is bounded by one entry.
 */
import { Output } from '../codec/output.ts';
import { CritError, placed, type ErrorPlace } from '../error.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import type { Head } from '../schema/images.ts';
import type { RawMagic } from '../schema/magics.ts';
import { detect } from './detect.ts';
import { ENTRY_LIMIT, LONG_ENTRY } from './limits.ts';
import type { ExtraSize, ItemWalker } from './extra/extra-size.ts';
import { ExtraSizer } from './extra/extra-sizer.ts';

/** Takes the parts of an image in their order. Bytes are valid until the call returns. */
export interface ScanHandler {
  /** Head and magic have been read. */
  onBegin(type: ImageType, head: Head): void;
  /** An entry, with the size of its extra where its image has extras. `place` is where it stands. */
  onEntry(bytes: Uint8Array, from: number, end: number, extra: ExtraSize | undefined, place: EntryPlace): void;
  /**
   * The same for an entry of LONG_ENTRY or more bytes without an extra: its bytes stay where they are until the generator has
   * come to its end, which is resumed when what it has written was passed on. Without this, such entries are as others.
   */
  onLongEntry?(bytes: Uint8Array, from: number, end: number, place: EntryPlace): Generator<void, void, void>;
  /** Bytes of the extra of the entry before. */
  onExtra(bytes: Uint8Array): void;
  /** That extra is complete; called for each that is not of kind "none". */
  onExtraEnd(): void;
  /** The file holds raw bytes, which follow. Without this, such a file is an error. */
  onRaw?(magic: RawMagic): void;
  onRawBytes?(bytes: Uint8Array): void;
}

/** The number of an entry, from 1, and its byte offset in the image. */
export interface EntryPlace {
  readonly entry: number;
  readonly offset: number;
}

interface OpenExtra {
  readonly size: ExtraSize;
  readonly walker: ItemWalker | undefined;
  readonly place: EntryPlace;
  passed: number;
  left: number;
}

const BRACE = 123;
const NOTHING = new Uint8Array(0);

export class ImageScanner {
  readonly #schema: ImageSchema;
  readonly #name: string;
  readonly #handler: ScanHandler;
  /** The bytes that wait for more; their first one stands at `#offset` in the image. */
  readonly #waiting = new Output(0);
  #offset = 0;
  #entry = 0;
  #type: ImageType | undefined;
  #sizer: ExtraSizer | undefined;
  #extra: OpenExtra | undefined;
  #isRaw = false;
  /** Whether a long entry is being passed on; `#steps` is there from the second call on, when its bytes have their place. */
  #isBusy = false;
  #steps: Generator<void, void, void> | undefined;

  /** `name`: the image's name in errors; its last part also tells files in other formats. */
  constructor(schema: ImageSchema, name: string, handler: ScanHandler) {
    this.#schema = schema;
    this.#name = name;
    this.#handler = handler;
  }

  /** Throws a CritError where the bytes are no image of entries; all parts before it have been passed on. */
  push(chunk: Uint8Array): void {
    for (const _ of this.pushInSteps(chunk));
  }

  /** The same; yields where what a long entry has become should be passed on before the rest of it is written. */
  *pushInSteps(chunk: Uint8Array): Generator<void, void, void> {
    this.#advance(chunk, false);
    while (this.#isBusy) {
      yield;
      this.#advance(NOTHING, false);
    }
  }

  /** Says that the image ends here. Throws a CritError where it must not. */
  end(): void {
    this.#advance(NOTHING, true);
  }

  #advance(chunk: Uint8Array, isEnd: boolean): void {
    const waiting = this.#waiting;
    let bytes = chunk;
    if (waiting.length > 0) {
      waiting.append(chunk);
      bytes = waiting.view();
    }
    let used = 0;
    try {
      used = this.#take(bytes, isEnd);
    } catch (error) {
      throw placed(error, { image: this.#name });
    }
    this.#offset += used;
    if (bytes === chunk) waiting.append(bytes.subarray(used));
    else {
      waiting.bytes.copyWithin(0, used, waiting.length);
      waiting.length -= used;
    }
    waiting.shrink(1024 * 1024);
  }

  /** Takes what is complete; gives how many bytes that is. */
  #take(bytes: Uint8Array, isEnd: boolean): number {
    let at = 0;
    if (this.#isRaw) {
      this.#handler.onRawBytes?.(bytes);
      return bytes.length;
    }
    if (!this.#type) {
      const start = this.#begin(bytes, isEnd);
      if (start === undefined) return 0;
      at = start;
    }
    while (at < bytes.length || this.#extra) {
      const used = this.#extra ? this.#takeExtra(this.#extra, bytes, at, isEnd) : this.#takeEntry(bytes, at, isEnd);
      if (used === undefined) break;
      at += used;
    }
    return at;
  }

  #begin(bytes: Uint8Array, isEnd: boolean): number | undefined {
    const detected = detect(this.#name, bytes, isEnd, this.#schema);
    if (!detected) return undefined;
    if (detected.kind === 'raw') {
      if (!this.#handler.onRaw) throw new CritError('format', notEntries(bytes));
      this.#isRaw = true;
      this.#handler.onRaw(detected.magic);
      this.#handler.onRawBytes?.(bytes);
      return bytes.length;
    }
    this.#type = detected.type;
    this.#sizer = ExtraSizer.of(this.#schema, detected.type);
    this.#handler.onBegin(detected.type, detected.head);
    return detected.start;
  }

  /** Takes one entry; gives how many bytes that is, undefined where more are needed. */
  #takeEntry(bytes: Uint8Array, at: number, isEnd: boolean): number | undefined {
    const left = bytes.length - at;
    const place = { entry: this.#entry + 1, offset: this.#offset + at };
    if (left < 4) return isEnd ? truncated('4 bytes', left, place) : undefined;
    const size =
      ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>>
      0;
    if (size > ENTRY_LIMIT)
      throw new CritError('limit', `an entry of ${size} bytes; ${ENTRY_LIMIT >> 20} MiB is the most`, place);
    if (left < 4 + size) {
      if (isEnd) truncated(`${size} bytes`, left - 4, place);
      // Only pages that bytes come into take memory.
      if (left > LONG_ENTRY) this.#waiting.reserve(size + LONG_ENTRY);
      return undefined;
    }
    const from = at + 4;
    const end = from + size;
    try {
      if (size >= LONG_ENTRY && !this.#sizer && this.#handler.onLongEntry) {
        const isInPlace = this.#isBusy;
        this.#isBusy = true;
        if (!isInPlace) return undefined;
        this.#steps ??= this.#handler.onLongEntry(bytes, from, end, place);
        if (!this.#steps.next().done) return undefined;
        this.#isBusy = false;
        this.#steps = undefined;
        this.#entry++;
        return 4 + size;
      }
      const extra = this.#sizer?.sizeOf(bytes.subarray(from, end), this.#entry === 0);
      this.#handler.onEntry(bytes, from, end, extra, place);
      if (extra) this.#openExtra(extra, place);
    } catch (error) {
      throw placed(error, place);
    }
    this.#entry++;
    return 4 + size;
  }

  #openExtra(extra: ExtraSize, place: EntryPlace): void {
    if (extra.kind === 'none') return;
    this.#extra = {
      size: extra,
      walker: extra.kind === 'items' ? extra.walk() : undefined,
      place,
      passed: 0,
      left: extra.kind === 'bytes' ? extra.size : Infinity,
    };
  }

  #takeExtra(extra: OpenExtra, bytes: Uint8Array, at: number, isEnd: boolean): number | undefined {
    const there = bytes.subarray(at);
    try {
      const used = extra.walker ? extra.walker.push(there) : Math.min(extra.left, there.length);
      extra.left -= used;
      extra.passed += used;
      this.#handler.onExtra(there.subarray(0, used));
      const isDone = extra.walker ? extra.walker.isDone : extra.left === 0 || (isEnd && extra.left === Infinity);
      if (isDone) {
        this.#extra = undefined;
        this.#handler.onExtraEnd();
      } else if (isEnd) {
        const { size } = extra;
        const expected =
          size.kind === 'items' ? `the end of its ${size.items}` : `${extra.passed + extra.left} bytes of extra`;
        truncated(expected, extra.passed, extra.place);
      } else if (used === 0) return undefined;
      return used;
    } catch (error) {
      throw placed(error, extra.place);
    }
  }
}

function truncated(expected: string, left: number, place: ErrorPlace): never {
  throw new CritError('truncated', `truncated: ${expected} expected, ${left} left`, place);
}

/** What to do with a file that has no entries. */
function notEntries(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'empty, and so no image';
  if (bytes[0] === BRACE) return 'no image, but what looks like JSON: crit encode makes an image of it';
  return 'no image of entries, but raw data, such as memory (pages-*.img): crit-cat shows it';
}
