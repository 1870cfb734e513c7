/** The images of one directory that compression is about, as they come: see compressing-sink.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Checkpoint } from '../checkpoint/checkpoint.ts';
import { ImageDirectory } from '../checkpoint/image-directory.ts';
import { pageSizeOf } from '../checkpoint/page-size.ts';
import { CritError } from '../error.ts';
import { FileWriter } from '../files/file-writer.ts';
import { readChunksSync } from '../files/read-chunks.ts';
import type { ImageDetails, ImageSink } from '../image/image-sink.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { INVENTORY, compressedInventory, isCompressed } from './compressed-inventory.ts';
import { PagesCompressor } from './compress-pages.ts';
import { HEAD_BYTES, headOf, rawEntries } from './raw-entries.ts';
import { RawPages } from './raw-pages.ts';

const WANTED = /^(?:inventory|mm-\d+|pagemap-(?:shmem-)?\d+|pages-\d+)\.img$/;

/** Where a directory of images is, and where its images wait. */
export interface FolderPlace {
  /** Put before the names of its images. */
  readonly prefix: string;
  readonly path: string;
  readonly schema: ImageSchema | undefined;
  /** Begins an image of the target. */
  readonly open: (name: string, details: ImageDetails | undefined) => ImageSink;
  /** Told whenever a file that waits is opened, so that there are never too many. */
  readonly onOpen: (file: FileWriter) => void;
}

export class CompressedFolder {
  readonly #place: FolderPlace;
  readonly #details = new Map<string, ImageDetails | undefined>();
  /** The pagemaps that wait, by the pages image that each tells of; one without entries tells of none. */
  readonly #pagemaps = new Map<string, string>();
  readonly #waiting = new Set<string>();
  readonly #pids = new Set<number>();
  /** Shared pagemaps whose pages are compressed before all VMAs are known, and the ranges of raw pages that were known then. */
  readonly #early = new Map<string, number>();
  readonly #images: ImageDirectory;
  #checkpoint: Checkpoint | undefined;
  /** That of the pages that were compressed, if any were. */
  #pageSize: number | undefined;

  constructor(place: FolderPlace) {
    this.#place = place;
    this.#images = new ImageDirectory(place.path, { schema: place.schema });
  }

  /** Whether an image of that name is one of them. */
  static wants(name: string): boolean {
    return WANTED.test(name);
  }

  image(name: string, details: ImageDetails | undefined): ImageSink {
    if (this.#details.has(name)) throw this.#error(name, 'sequence', 'two images have this name');
    this.#details.set(name, details);
    if (name.startsWith('mm-')) return this.#process(name);
    if (name.startsWith('pagemap-')) return this.#wait(name, () => this.#readHead(name));
    const pagemap = this.#pagemaps.get(name);
    return pagemap !== undefined && this.#knowsVmas(pagemap) ? this.#compressor(pagemap, name, true) : this.#wait(name);
  }

  /** Says that all images have come, and writes those that wait. Throws a CritError where one is missing. */
  finish(): void {
    for (const [pages, pagemap] of this.#pagemaps) {
      if (!this.#waiting.has(pages)) throw this.#error(pagemap, 'sequence', `tells of ${pages}, which has not come`);
      this.#fill(this.#compressor(pagemap, pages, false), pages);
    }
    for (const name of this.#waiting) {
      if (name.startsWith('pages-')) throw this.#error(name, 'sequence', 'no pagemap has come that tells of it');
      if (name !== INVENTORY) this.#fill(this.#open(name), name);
    }
    this.#checkEarly();
    this.#writeInventory();
  }

  close(): void {
    this.#checkpoint?.close();
  }

  /** The VMAs of a process, which go on and are kept. */
  #process(name: string): ImageSink {
    const kept = this.#file(name);
    const target = this.#open(name);
    return {
      write(bytes) {
        kept.write(bytes);
        target.write(bytes);
      },
      fill(value, length) {
        kept.fill(value, length);
        target.fill(value, length);
      },
      end: () => {
        kept.end();
        target.end();
        this.#pids.add(Number(/\d+/.exec(name)?.[0]));
      },
    };
  }

  #wait(name: string, onEnd: () => void = () => {}): ImageSink {
    const file = this.#file(name);
    return {
      write: (bytes) => file.write(bytes),
      fill: (value, length) => file.fill(value, length),
      end: () => {
        file.end();
        this.#waiting.add(name);
        onEnd();
      },
    };
  }

  #readHead(name: string): void {
    if (this.#images.size(name) === HEAD_BYTES) return;
    const { pages_id: id } = this.#images.first(name, 'PAGEMAP');
    const pages = `pages-${id}.img`;
    if (this.#pagemaps.has(pages)) throw this.#error(name, 'format', `tells of ${pages}, as another one does`);
    this.#pagemaps.set(pages, name);
  }

  /** Whether the VMAs that a pagemap is about have come; of shared memory that some have, which is checked again at the end. */
  #knowsVmas(pagemap: string): boolean {
    const pid = /^pagemap-(\d+)\.img$/.exec(pagemap)?.[1];
    return pid === undefined ? this.#pids.size > 0 : this.#pids.has(Number(pid));
  }

  /** Takes the pages of a pagemap. `isEarly`: other images may still come. */
  #compressor(pagemap: string, pages: string, isEarly: boolean): ImageSink {
    const { images, pageSize } = this.#known;
    this.#pageSize = pageSize;
    const rawPages = new RawPages(this.#known, this.#pids);
    if (isEarly && pagemap.startsWith('pagemap-shmem-')) this.#early.set(pagemap, rawPages.rangesOf(pagemap).length);
    this.#pagemaps.delete(pages);
    for (const name of [pagemap, pages]) this.#waiting.delete(name);
    const path = images.pathOf(pagemap);
    return new PagesCompressor(
      headOf(images.files, path, pagemap),
      rawEntries(images.files, path, pagemap),
      { pagemapName: this.#nameOf(pagemap), pagemap: this.#open(pagemap), pages: this.#open(pages) },
      { pageSize, isRaw: rawPages.of(pagemap) },
    );
  }

  #checkEarly(): void {
    const rawPages = this.#early.size > 0 ? new RawPages(this.#known, this.#pids) : undefined;
    for (const [pagemap, ranges] of this.#early) {
      if (rawPages?.rangesOf(pagemap).length === ranges) continue;
      throw this.#error(
        pagemap,
        'sequence',
        'has huge pages or pages of a plugin, as an mm image says that came too late: pack without --compress, and let crit compress do it',
      );
    }
  }

  #writeInventory(): void {
    if (this.#waiting.has(INVENTORY)) {
      if (isCompressed(this.#images, this.#nameOf(INVENTORY)))
        throw this.#error(INVENTORY, 'usage', 'says that pages are compressed already: leave --compress out');
      const bytes = readFileSync(this.#images.pathOf(INVENTORY));
      const sink = this.#open(INVENTORY);
      sink.write(this.#pageSize === undefined ? bytes : compressedInventory(bytes, this.#pageSize));
      sink.end();
    } else if (this.#pageSize !== undefined)
      throw this.#error(INVENTORY, 'sequence', 'has not come, and must say that pages are compressed');
  }

  /** What has come, as far as it is asked for by name. */
  get #known(): Checkpoint {
    if (this.#checkpoint) return this.#checkpoint;
    const { path, schema } = this.#place;
    // Only those that have come whole are asked for the page size.
    const checkpoint = Checkpoint.openDirectory(path, { schema, pageSize: pageSizeOf(this.#images, this.#pids) });
    if (this.#pids.size > 0) this.#checkpoint = checkpoint;
    return checkpoint;
  }

  #fill(sink: ImageSink, name: string): void {
    for (const chunk of readChunksSync(join(this.#place.path, name))) sink.write(chunk);
    sink.end();
  }

  #open(name: string): ImageSink {
    return this.#place.open(this.#nameOf(name), this.#details.get(name));
  }

  #file(name: string): FileWriter {
    const { path, onOpen } = this.#place;
    return new FileWriter(join(path, name), this.#nameOf(name), { onOpen });
  }

  #nameOf(name: string): string {
    return this.#place.prefix + name;
  }

  #error(name: string, code: CritError['code'], reason: string): CritError {
    return new CritError(code, reason, { image: this.#nameOf(name) });
  }
}
