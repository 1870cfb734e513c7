/**
 * A place for images whose pages are not compressed, on the way to another one, where they are.
 *
 * Pages are compressed as they come, where their pagemap and the VMAs have come before, as in the order of crit-cat. Otherwise they
 * wait in a private directory, as do pagemaps, whose entries tell what has become of the pages, and the inventory. Each directory
 * among the images has its own pages.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject } from '../codec/json.ts';
import type { FileWriter } from '../files/file-writer.ts';
import { removeTree } from '../files/remove-tree.ts';
import type { CheckpointSink, ImageDetails, ImageSink } from '../image/image-sink.ts';
import type { ImageSchema } from '../schema/image-schema.ts';
import { CompressedFolder } from './compressed-folder.ts';

export interface CompressingOptions {
  readonly schema?: ImageSchema | undefined;
}

export class CompressingSink implements CheckpointSink {
  readonly #target: CheckpointSink;
  readonly #options: CompressingOptions;
  readonly #folders = new Map<string, CompressedFolder>();
  /** `end.tar` of images that have not ended in the target. */
  readonly #endings = new Map<string, unknown>();
  #waiting: string | undefined;
  /** Of the files that wait, only the last one used is open. */
  #file: FileWriter | undefined;

  constructor(target: CheckpointSink, options: CompressingOptions = {}) {
    this.#target = target;
    this.#options = options;
  }

  get isOrdered(): boolean | undefined {
    return this.#target.isOrdered;
  }

  image(name: string, details?: ImageDetails): ImageSink {
    const slash = name.lastIndexOf('/') + 1;
    const base = name.slice(slash);
    if (!CompressedFolder.wants(base)) return this.#open(name, details);
    return this.#folder(name.slice(0, slash)).image(base, details);
  }

  link(name: string, target: Uint8Array, details?: ImageDetails): void {
    this.#target.link(name, target, details);
  }

  directory(name: string, details?: ImageDetails): void {
    this.#target.directory(name, details);
  }

  ending(name: string, tar: unknown): void {
    this.#endings.set(name, tar);
  }

  /** Says that all images have come, and writes those that wait. Throws a CritError where something is missing. */
  finish(): void {
    for (const folder of this.#folders.values()) folder.finish();
  }

  /** Removes what waits. */
  close(): void {
    this.#file?.close();
    for (const folder of this.#folders.values()) folder.close();
    if (this.#waiting !== undefined) removeTree(this.#waiting);
    this.#waiting = undefined;
  }

  #folder(prefix: string): CompressedFolder {
    const known = this.#folders.get(prefix);
    if (known) return known;
    this.#waiting ??= mkdtempSync(join(tmpdir(), 'crit-pack.'));
    const path = join(this.#waiting, String(this.#folders.size));
    mkdirSync(path);
    const folder = new CompressedFolder({
      prefix,
      path,
      schema: this.#options.schema,
      open: (name, details) => this.#open(name, details),
      onOpen: (file) => {
        this.#file?.close();
        this.#file = file;
      },
    });
    this.#folders.set(prefix, folder);
    return folder;
  }

  /** An image of the target, whose size is another one than the lines may say. */
  #open(name: string, details: ImageDetails | undefined): ImageSink {
    const sink = this.#target.image(name, details && resized(name, details));
    return {
      write: (bytes) => sink.write(bytes),
      fill: (value, length) => sink.fill(value, length),
      end: () => {
        if (this.#endings.has(name)) this.#target.ending?.(name, this.#endings.get(name));
        this.#endings.delete(name);
        sink.end();
      },
    };
  }
}

function resized(name: string, details: ImageDetails): ImageDetails {
  if (!/(?:^|\/)pages-\d+\.img$/.test(name) || !isObject(details.tar)) return details;
  const { size: _, ...tar } = details.tar;
  return { ...details, tar };
}
