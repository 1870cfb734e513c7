/** What is to be done with the lines of each image. */
import type { SourceDirectory } from '../files/source-directory.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import type { MessageType } from '../schema/schema.ts';
import type { Edit, Report } from './edit.ts';
import { isEngineFile } from './engine-files.ts';
import { HeldLines } from './held-lines.ts';
import { PageEditor } from './page-editor.ts';
import { RawEditor } from './raw-editor.ts';
import type { Walk } from './walk.ts';

export interface ImagePlan {
  readonly image: string;
  /** Its new name; undefined where it is left out. */
  readonly name: string | undefined;
  /** The messages of its first entry and of all others; undefined for raw bytes. */
  readonly first: MessageType | undefined;
  readonly rest: MessageType | undefined;
  readonly isVisited: boolean;
  readonly isLearned: boolean;
  /** Whether anything but passing on is to be done. */
  readonly isTouched: boolean;
  readonly raw: RawEditor | undefined;
  readonly pages: PageEditor | undefined;
  /** Lines that wait for the end of the image. */
  waiting: HeldLines | undefined;
  /** Entries that have been learned from, and changed. */
  learned: number;
  visited: number;
}

/** The ways through entries that edits go. */
export interface Walks {
  readonly learning: Walk;
  /** Those of edits that must know all of an image. */
  readonly holding: Walk;
  readonly visiting: Walk;
}

export class ImagePlans {
  readonly #edits: readonly Edit[];
  readonly #walks: Walks;
  readonly #schema: ImageSchema;
  readonly #report: (image: string, magic: string) => Report;
  readonly #source: SourceDirectory | undefined;
  readonly #plans = new Map<string, ImagePlan>();
  #last: ImagePlan | undefined;

  /** `report` gives what takes the changes of an image as a whole; `source` has the bytes that are told by their place. */
  constructor(
    edits: readonly Edit[],
    walks: Walks,
    schema: ImageSchema,
    report: (image: string, magic: string) => Report,
    source: SourceDirectory | undefined,
  ) {
    this.#edits = edits;
    this.#walks = walks;
    this.#schema = schema;
    this.#report = report;
    this.#source = source;
  }

  /** The plan of an image, which is made when its first line comes. */
  of(image: string, magic: string): ImagePlan {
    // Most lines follow one of the same image.
    if (this.#last?.image === image) return this.#last;
    const plan = this.#plans.get(image) ?? this.#make(image, magic);
    this.#plans.set(image, plan);
    this.#last = plan;
    return plan;
  }

  forget(image: string): void {
    this.#plans.delete(image);
    if (this.#last?.image === image) this.#last = undefined;
  }

  /** Plans of images that have not ended. */
  open(): Iterable<ImagePlan> {
    return this.#plans.values();
  }

  #make(image: string, magic: string): ImagePlan {
    const facts = this.#schema.byMagic(magic);
    const first = facts && this.#schema.entryOf(facts, true);
    const rest = facts && this.#schema.entryOf(facts, false);
    const types = [first, rest].filter((type) => type !== undefined);
    const reached = (walk: Walk): boolean => types.some((type) => walk.reaches(type));
    const report = this.#report(image, magic);
    const name = this.#nameOf(image, magic, report);
    const raws = facts
      ? []
      : this.#edits.filter(({ raw, values }) => raw?.takes(image) === true || (values && isEngineFile(image)));
    const regions = magic === 'PAGES' ? this.#edits.flatMap((edit) => edit.regions?.(image) ?? []) : [];
    const isVisited = reached(this.#walks.visiting);
    const isLearned = reached(this.#walks.learning);
    return {
      image,
      name,
      first,
      rest,
      isVisited,
      isLearned,
      isTouched: name !== image || isVisited || isLearned || raws.length > 0 || regions.length > 0,
      raw: raws.length > 0 && name !== undefined ? new RawEditor(image, name, raws, report, this.#source) : undefined,
      pages: regions.length > 0 ? new PageEditor(regions, report, this.#source) : undefined,
      waiting: reached(this.#walks.holding) ? new HeldLines() : undefined,
      learned: 0,
      visited: 0,
    };
  }

  #nameOf(image: string, magic: string, report: Report): string | undefined {
    let name: string | undefined = image;
    for (const { option, rename } of this.#edits) {
      if (!rename || name === undefined) continue;
      const next: string | undefined = rename(name, magic);
      if (next !== name) report(option, 'image', name, next);
      name = next;
    }
    return name;
  }
}
