/**
 * How lines are written: the one place that puts their keys into bytes. docs/lines.md describes them.
 *
 * Entries and pieces are written by EntryWriter and PieceWriter, behind the heads that are made here.
 */
import { formatJson, formatString } from '../codec/json.ts';
import type { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import { DIRECTORY_MODE, IMAGE_MODE } from '../image/image-sink.ts';
import { LINE_LIMIT } from '../image/limits.ts';
import type { Piece } from '../image/piece.ts';
import type { Head } from '../schema/images.ts';
import type { ImageRange } from './line.ts';

/** What a begin line says besides; each only where it is not the usual. */
export interface BeginDetails {
  readonly head?: Head | undefined;
  /** The permission bits of the file; those that CRIU gives to its files, 0600, are left out. */
  readonly mode?: number | undefined;
  /** What the container that holds the image says of it. */
  readonly tar?: object | undefined;
  /** Of a raw image, the bytes of which lines follow, where not all do. */
  readonly range?: ImageRange | undefined;
}

/** What an end line says besides. */
export interface EndDetails {
  readonly tar?: object | undefined;
}

export class ImageLines {
  readonly output: Output;
  /** What each line of the image begins with. */
  readonly head: Buffer;
  readonly #image: string;
  readonly #magic: string;

  /** The lines of an image, which are appended to the output. */
  constructor(output: Output, image: string, magic: string) {
    this.output = output;
    this.head = Buffer.from(headText(image, magic));
    this.#image = image;
    this.#magic = magic;
  }

  /** The target is that of a link. */
  begin({ head, mode, tar, range }: BeginDetails = {}, target?: Uint8Array): void {
    const usual = this.#magic === 'DIR' ? DIRECTORY_MODE : IMAGE_MODE;
    this.#bracket('begin', [
      head === undefined ? '' : `"head":"${head}"`,
      target === undefined ? '' : `"target":${formatString(Buffer.from(target))}`,
      mode === undefined || mode === usual ? '' : `"mode":"${formatMode(mode)}"`,
      tar === undefined ? '' : `"tar":${JSON.stringify(tar)}`,
      range === undefined ? '' : `"range":{"offset":${range.offset},"length":${range.length},"size":${range.size}}`,
    ]);
  }

  /** Bytes of a raw image, told by their place: the image itself. */
  reference(offset: number, length: number): void {
    const piece: Piece = { offset, length, from: { image: this.#image, offset } };
    this.output.append(this.head);
    this.output.appendText(`"piece":${JSON.stringify(piece)}}\n`);
  }

  end({ tar }: EndDetails = {}): void {
    this.#bracket('end', [tar === undefined ? '' : `"tar":${JSON.stringify(tar)}`]);
  }

  #bracket(key: 'begin' | 'end', parts: readonly string[]): void {
    this.output.append(this.head);
    this.output.appendText(`"${key}":{${parts.filter((part) => part !== '').join(',')}}}\n`);
  }
}

/** What each line of an image begins with. */
export function headText(image: string, magic: string): string {
  return `{"image":${JSON.stringify(image)},"magic":${JSON.stringify(magic)},`;
}

/** Permission bits in octal digits, with a zero before them. */
export function formatMode(mode: number): string {
  return `0${mode.toString(8)}`;
}

/** Appends a line that is there as a value, in the order of its keys. Throws a CritError where it is too long to be read again. */
export function appendLine(output: Output, line: Readonly<Record<string, unknown>>): void {
  const text = formatJson(line);
  if (text.length > LINE_LIMIT) {
    throw new CritError('limit', `longer than the ${LINE_LIMIT >> 20} MiB that one line may have`);
  }
  output.appendText(text);
  output.appendText('\n');
}

/** The last line of a tool that failed. */
export function errorLine(message: string, image?: string): string {
  return `${JSON.stringify({ error: { image, message } })}\n`;
}
