/** Lets edits learn from a whole checkpoint before they change it. */
import { placed } from '../error.ts';
import { HeadReader } from '../line/line-head.ts';
import { LineReader } from '../line/line-reader.ts';
import { BUILT_IN } from '../schema/built-in.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { MessageType } from '../schema/schema.ts';
import type { Edit } from './edit.ts';
import { editableEntry } from './entry-value.ts';
import { Walk } from './walk.ts';

export class LineLearner {
  readonly #walk: Walk;
  readonly #schema: ImageSchema;
  readonly #lines: LineReader;
  /** Whether images of a magic tell something. */
  readonly #accepted = new Map<string, boolean>();
  readonly #entries = new Map<string, number>();

  constructor(edits: readonly Edit[], schema: ImageSchema = BUILT_IN) {
    this.#schema = schema;
    this.#walk = new Walk(edits, 'learn', () => {});
    const heads = new HeadReader(schema);
    this.#lines = new LineReader((line) => {
      const head = heads.read(line);
      if (head.kind !== 'entry' || !this.accepts(head.magic)) return;
      const { image, magic } = head;
      const entry = (this.#entries.get(image) ?? 0) + 1;
      this.#entries.set(image, entry);
      try {
        const type = this.#typesOf(magic)[entry === 1 ? 0 : 1];
        if (type) this.#walk.walk(type, editableEntry(line, head, type).entry, { image, magic, entry });
      } catch (error) {
        throw placed(error, { image, entry });
      }
    });
  }

  /** Whether images of that magic tell something. */
  accepts(magic: string): boolean {
    let accepted = this.#accepted.get(magic);
    if (accepted === undefined) {
      accepted = this.#typesOf(magic).some((type) => this.#walk.reaches(type));
      this.#accepted.set(magic, accepted);
    }
    return accepted;
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(chunk);
  }

  end(): void {
    this.#lines.end();
  }

  /** The messages of the first entry of an image and of all others. */
  #typesOf(magic: string): MessageType[] {
    const facts = this.#schema.byMagic(magic);
    return facts ? [this.#schema.entryOf(facts, true), this.#schema.entryOf(facts, false)] : [];
  }
}
