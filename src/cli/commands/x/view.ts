import type { FileTable } from '../../../checkpoint/file-table.ts';
import type { ImageDirectory } from '../../../checkpoint/image-directory.ts';
import type { Process } from '../../../checkpoint/processes.ts';

/** What there is to look at. */
export interface Checkpoint {
  /** Path of the directory. */
  readonly path: string;
  readonly directory: ImageDirectory;
  readonly files: FileTable;
  readonly processes: readonly Process[];
}

export interface ViewOptions {
  readonly args: boolean;
  readonly env: boolean;
  /** Bytes in a page, where it is not what the processes say. */
  readonly pageSize: number | undefined;
}

/** One way to look at a checkpoint, as text for people and as values for programs. A part is what is said of one process. */
export interface View<Part> {
  parts(checkpoint: Checkpoint, options: ViewOptions): Iterable<Part>;
  /** The line above all others, where there is one. */
  readonly heading?: string;
  /** Lines of text. `show` makes names, which may have anything in them, fit to be shown. */
  text(part: Part, show: (name: string) => string): Iterable<string>;
  /** The value of a part, which a document has. */
  value(part: Part): object;
  /** The same in values that stand alone. */
  rows(part: Part): Iterable<object>;
}

/** An address as it stands in values. */
export function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}
