import { patternsOf, type ImageFacts } from './images.ts';
import type { MessageType, Schema } from './schema.ts';

export interface ImageType extends ImageFacts {
  readonly magic: string;
}

/**
 * Which images there are and what they hold: messages, magic numbers and names of files. Whatever reads or writes images is
 * given one; without one it takes that of CRIU (built-in.ts).
 */
export class ImageSchema {
  readonly #messages: Schema;
  readonly #byMagic: ReadonlyMap<string, ImageType>;
  readonly #byNumber: ReadonlyMap<number, ImageType>;
  #byFile: ReadonlyMap<string, ImageType> | undefined;

  /** `images` are listed by the names of their magic numbers; their messages are looked up when they are asked for. */
  constructor(messages: Schema, images: Readonly<Record<string, ImageFacts>>) {
    this.#messages = messages;
    this.#byMagic = new Map(Object.entries(images).map(([magic, facts]) => [magic, { magic, ...facts }]));
    this.#byNumber = new Map([...this.#byMagic.values()].map((type) => [type.number, type]));
  }

  /** The message of that name, built when it is first asked for. Throws a RangeError where there is none. */
  message(name: string): MessageType {
    return this.#messages.message(name);
  }

  /** Names of all messages. */
  messageNames(): string[] {
    return this.#messages.messageNames();
  }

  /** The message of an image's first entry, or of the others. */
  entryOf(type: ImageType, isFirst: boolean): MessageType {
    return this.message((isFirst ? type.first : undefined) ?? type.entry);
  }

  /** All image types, in the order of their names. */
  types(): Iterable<ImageType> {
    return this.#byMagic.values();
  }

  /** The image type of that name (PSTREE), or undefined. */
  byMagic(magic: string): ImageType | undefined {
    return this.#byMagic.get(magic);
  }

  /** The image type of that magic number, or undefined. */
  byNumber(number: number): ImageType | undefined {
    return this.#byNumber.get(number);
  }

  /** The image type that a file of this name must be, or undefined for a name that CRIU does not give. */
  byFile(path: string): ImageType | undefined {
    this.#byFile ??= new Map(
      [...this.#byMagic.values()].flatMap((type) =>
        type.files.map((file) => [file.replace('%lu', '%u'), type] as const),
      ),
    );
    return patternsOf(path)
      .map((pattern) => this.#byFile?.get(pattern))
      .find(Boolean);
  }
}
