/** How many bytes follow an entry. */
export type ExtraSize =
  | { readonly kind: 'none' }
  /** `size` bytes in all; the lengths of their parts. */
  | { readonly kind: 'bytes'; readonly size: number; readonly parts: readonly number[] }
  /** The rest of the image. */
  | { readonly kind: 'rest' }
  /** So many items (`items`: what they are called), whose length shows only as they are read. */
  | { readonly kind: 'items'; readonly count: number; readonly items: string; walk(): ItemWalker };

/** Finds where the items of one extra end, in bytes that come in chunks. */
export interface ItemWalker {
  readonly isDone: boolean;
  /** Gives how many of the bytes belong to the items: all of them until it is done. Throws a CritError where they are broken. */
  push(bytes: Uint8Array): number;
}

export const NONE: ExtraSize = { kind: 'none' };
export const REST: ExtraSize = { kind: 'rest' };

/** Parts of these lengths, one behind the other. */
export function parts(...lengths: readonly number[]): ExtraSize {
  return { kind: 'bytes', size: lengths.reduce((sum, length) => sum + length, 0), parts: lengths };
}

/** So many bytes, with padding behind them up to a multiple of `unit`. */
export function padded(length: number, unit: number): ExtraSize {
  return { kind: 'bytes', size: roundUp(length, unit), parts: [length] };
}

/** The lengths of the parts of an extra, where it is known how long they are. */
export function partsOf(size: ExtraSize): readonly number[] {
  return size.kind === 'bytes' ? size.parts : [];
}

/** A multiple of `unit`, which a length that is one already stays. */
export function roundUp(length: number, unit: number): number {
  return Math.ceil(length / unit) * unit;
}
