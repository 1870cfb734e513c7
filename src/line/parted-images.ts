/** Images whose lines come in ranges, in any order: each is complete when there is no hole left in it. */
import { CritError } from '../error.ts';
import type { ImageEncoder } from '../image/image-encoder.ts';
import type { ImageDetails } from '../image/image-sink.ts';
import type { ImageRange } from './line.ts';
import { Ranges } from './ranges.ts';

interface PartedImage {
  readonly encoder: ImageEncoder;
  readonly magic: string;
  readonly mode: number | undefined;
  readonly ranges: Ranges;
}

/** A range whose lines come. */
export interface Part {
  readonly range: ImageRange;
  readonly of: PartedImage;
}

export class PartedImages {
  /** Those of which ranges have come, and not all. */
  readonly #images = new Map<string, PartedImage>();

  get size(): number {
    return this.#images.size;
  }

  has(name: string): boolean {
    return this.#images.has(name);
  }

  /** A range begins; `open` makes its image, of which it is the first. Throws a CritError where it does not belong to the others. */
  begin(name: string, { magic, mode }: ImageDetails, range: ImageRange | undefined, open: () => ImageEncoder): Part {
    if (!range) throw new CritError('sequence', 'lines of no range, of an image of which a range has come');
    const known = this.#images.get(name);
    if (known && (known.magic !== magic || known.mode !== mode || known.ranges.size !== range.size))
      throw new CritError('sequence', 'its ranges are not those of one image: of another magic, mode or size');
    const of = known ?? { encoder: open(), magic, mode, ranges: new Ranges(range.size) };
    this.#images.set(name, of);
    if (!of.ranges.add(range))
      throw new CritError('sequence', `its range at ${range.offset} overlaps one that has come already`);
    of.encoder.seek(range.offset);
    return { range, of };
  }

  /** A range has ended: whether its image is complete. Throws a CritError where the range is not. */
  end(name: string, { range, of }: Part): boolean {
    const { encoder, ranges } = of;
    const came = encoder.offset - range.offset;
    if (came !== range.length)
      throw new CritError('sequence', `its range at ${range.offset} has ${range.length} bytes, and ${came} have come`);
    encoder.flush();
    if (!ranges.isWhole) return false;
    encoder.seek(ranges.size);
    this.#images.delete(name);
    return true;
  }

  /** All lines have come. Throws a CritError where an image has a hole. */
  finish(): void {
    for (const [image, { ranges }] of this.#images) {
      const { offset, length } = ranges.firstHole();
      throw new CritError('truncated', `${length} bytes at ${offset} are in none of the ranges that have come`, {
        image,
      });
    }
  }
}
