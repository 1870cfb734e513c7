/** Images whose lines are going through a filter, with what is known of them so far. */
import { CritError } from '../../error.ts';
import { parseLineValue, type LineValue } from '../line-head.ts';

/** Bytes of begin lines that are held at once, of all open images. */
const HELD_LIMIT = 64 * 1024 * 1024;

export class OpenImage {
  /** Its begin line, where there was one. */
  readonly begin: Buffer | undefined;
  /** Whether it has had neither entries nor pieces. */
  isEmpty = true;
  /** Whether its last entry was left out, so that the pieces of its extra go, too. */
  isEntryLeftOut = false;
  /** The names under which lines of it have passed. */
  readonly #names: string[] = [];

  constructor(begin?: Buffer) {
    this.begin = begin;
  }

  get names(): readonly string[] {
    return this.#names;
  }

  /** Says that a line passes under a name; whether it is the first one. */
  passesAs(name: string): boolean {
    if (this.#names.includes(name)) return false;
    this.#names.push(name);
    return true;
  }

  /** The begin line as a value. */
  beginValue(): LineValue {
    return this.begin ? parseLineValue(this.begin.toString()) : {};
  }
}

export class OpenImages {
  readonly #images = new Map<string, OpenImage>();
  #held = 0;

  /** Opens an image by a copy of its begin line. */
  begin(name: string, line: Buffer): void {
    if (this.#images.has(name))
      throw new CritError('sequence', 'begins twice, or after its first lines', { image: name });
    this.#held += line.length;
    if (this.#held > HELD_LIMIT) {
      throw new CritError('limit', `more images are open than ${HELD_LIMIT >> 20} MiB of begin lines tell of`, {
        image: name,
      });
    }
    this.#images.set(name, new OpenImage(line));
  }

  /** The image of a line, which needs no begin line. */
  of(name: string): OpenImage {
    let image = this.#images.get(name);
    if (!image) this.#images.set(name, (image = new OpenImage()));
    return image;
  }

  end(name: string): OpenImage | undefined {
    const image = this.#images.get(name);
    this.#images.delete(name);
    this.#held -= image?.begin?.length ?? 0;
    return image;
  }

  /** Begin lines of images that never ended, and none of whose lines has passed. */
  *unended(): Generator<Buffer, void, undefined> {
    for (const { begin, names } of this.#images.values()) if (begin && names.length === 0) yield begin;
  }
}
