import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema, ImageType } from '../schema/image-schema.ts';
import { ImageScanner } from './image-scanner.ts';

/** Counts the entries of one image. As CRIT counts, the head of a PAGEMAP image is none, and one without it has -1. */
export class EntryCount {
  readonly #scanner: ImageScanner;
  #type: ImageType | undefined;
  #count = 0;

  constructor(name: string, schema: ImageSchema = BUILT_IN) {
    this.#scanner = new ImageScanner(schema, name, {
      onBegin: (type) => (this.#type = type),
      onEntry: () => this.#count++,
      onExtra: () => {},
      onExtraEnd: () => {},
    });
  }

  /** Throws a CritError where the bytes are no image of entries. */
  push(chunk: Uint8Array): void {
    this.#scanner.push(chunk);
  }

  end(): void {
    this.#scanner.end();
  }

  get magic(): string | undefined {
    return this.#type?.magic;
  }

  get count(): number {
    return this.#type?.magic === 'PAGEMAP' ? this.#count - 1 : this.#count;
  }
}
