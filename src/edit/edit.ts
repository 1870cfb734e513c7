/** What one option of crit-edit is made of. */
import type { JsonPath } from '../codec/json-tokens.ts';
import type { MessageType } from '../schema/schema.ts';

/** One thing that was asked for, as it was written; at the end each must have been met. */
export interface Wish {
  readonly text: string;
  isMet: boolean;
}

/** One change of one field, or of an image as a whole. */
export interface Change {
  readonly option: string;
  readonly image: string;
  readonly magic: string;
  /** Number of the entry in its image, from 1; undefined for the image itself and for raw bytes. */
  readonly entry: number | undefined;
  /** Where in the entry: `reg.name`. */
  readonly field: string;
  /** As in a line; undefined where there was, or is, nothing. */
  readonly old: unknown;
  readonly new: unknown;
}

/** A message of an entry, at which an edit looks. */
export interface Spot {
  readonly image: string;
  readonly magic: string;
  readonly entry: number;
  readonly type: MessageType;
  /** Where it is in the entry: `tc.rlimits.rlimits[7].`; empty for the entry itself. */
  readonly path: string;
  /** Its fields, as in a line of crit-cat. */
  readonly message: Readonly<Record<string, unknown>>;
  /** The entry that holds it. */
  readonly root: Readonly<Record<string, unknown>>;
  /** Gives a field a new value; undefined takes it away. A value that is as before is no change. */
  set(field: string, value: unknown): void;
}

export type Visits = Readonly<Record<string, (spot: Spot) => void>>;

/** Reports a change of raw bytes. */
export type Report = (option: string, field: string, old: unknown, now: unknown) => void;

/** An edit of a whole raw image that is small: a netlink dump, a file of an engine. */
export interface RawEdit {
  takes(image: string): boolean;
  /** The new bytes; undefined where nothing changes. */
  edit(image: string, bytes: Buffer, report: Report): Buffer | undefined;
}

/** A run of bytes of a pages image that is edited as one. */
export interface Region {
  readonly from: number;
  readonly end: number;
  edit(bytes: Buffer, report: Report): void;
}

export interface Edit {
  /** The option, without its dashes. */
  readonly option: string;
  readonly wishes: readonly Wish[];
  /** What it does to messages, by their names. */
  readonly visits?: Visits;
  /** What it must know before it does so, by the messages that tell it. */
  readonly learn?: Visits;
  /**
   * How much it must have seen: all of an image, whose lines then wait for its end, or all of the checkpoint, which takes two
   * passes. Without it, what it learns is used from there on.
   */
  readonly learns?: 'image' | 'checkpoint';
  /** The name of an image afterwards; undefined leaves the image out. */
  readonly rename?: (image: string, magic: string) => string | undefined;
  readonly raw?: RawEdit;
  /** The new value of one in the JSON of a container's engine; undefined where it stays. */
  readonly values?: (path: JsonPath, value: unknown) => unknown;
  /** Regions of a pages image, in their order. */
  readonly regions?: (image: string) => readonly Region[];
  /** What there was, where a wish was not met. */
  readonly found?: (wish: Wish) => string;
  /** At the end: throws where the result would be no checkpoint. */
  readonly finish?: () => void;
}

/** Wishes of an option from what was written. */
export function wishOf(option: string, text: string): Wish {
  return { text: text === '' ? `--${option}` : `--${option} ${text}`, isMet: false };
}
