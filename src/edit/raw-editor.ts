/** Edits raw images that are small: their lines wait until all of their bytes are there. */
import { formatJson, isObject, parseJson } from '../codec/json.ts';
import type { Output } from '../codec/output.ts';
import { CritError } from '../error.ts';
import { ImageLines } from '../line/image-lines.ts';
import { PieceWriter } from '../line/piece-writer.ts';
import type { LineView } from '../line/line-reader.ts';
import type { Edit, Report } from './edit.ts';
import { bytesOfPiece, pieceOf } from './piece-lines.ts';

/** Bytes of such an image. */
const SIZE_LIMIT = 16 * 1024 * 1024;

export class RawEditor {
  readonly #image: string;
  readonly #name: string;
  readonly #edits: readonly Edit[];
  readonly #report: Report;
  #lines: string[] = [];
  #size = 0;

  /** `name` is what the image is called afterwards. */
  constructor(image: string, name: string, edits: readonly Edit[], report: Report) {
    this.#image = image;
    this.#name = name;
    this.#edits = edits;
    this.#report = report;
  }

  hold(line: LineView): void {
    const text = line.text();
    this.#size += text.length;
    if (this.#size > SIZE_LIMIT * 1.5)
      throw new CritError('limit', `larger than the ${SIZE_LIMIT >> 20} MiB that can be edited`);
    this.#lines.push(text);
  }

  /** Writes the lines, edited. */
  release(output: Output): void {
    const parsed = this.#lines.map((text) => parseJson(text)).filter(isObject);
    const pieces = parsed.filter((line) => line['piece'] !== undefined).map((line) => pieceOf(formatJson(line)).piece);
    const old = Buffer.concat(pieces.map(bytesOfPiece));
    let bytes: Buffer = old;
    for (const { raw } of this.#edits) bytes = raw?.edit(this.#image, bytes, this.#report) ?? bytes;
    const isSame = bytes.equals(old);

    for (const line of parsed) {
      if (line['piece'] !== undefined && !isSame) continue;
      const begin = line['begin'];
      const tar = isObject(begin) ? begin['tar'] : undefined;
      if (isObject(tar) && bytes.length !== old.length) {
        // A member of an archive tells its size, in two places.
        delete tar['size'];
        delete tar['header'];
      }
      output.appendText(`${formatJson({ ...line, image: this.#name })}\n`);
    }
    if (!isSame) {
      const writer = new PieceWriter(new ImageLines(output, this.#name, 'RAW'));
      writer.push(bytes);
      writer.end();
    }
    this.#lines = [];
  }
}
