import type { Checkpoint } from '../../../checkpoint/checkpoint.ts';

export interface ViewOptions {
  readonly args: boolean;
  readonly env: boolean;
}

/** One way to look at a checkpoint, as text for people and as values for programs. A part is what is said of one process. */
export interface View<Part> {
  parts(checkpoint: Checkpoint, options: ViewOptions): Iterable<Part>;
  /** The line above all others, where there is one. */
  readonly heading?: string;
  /** Lines of text, in which names are safe to show: anything may be in them. */
  text(part: Part): Iterable<string>;
  /** The value of a part, which a document has. */
  value(part: Part): object;
  /** The same in values that stand alone. */
  rows(part: Part): Iterable<object>;
}
