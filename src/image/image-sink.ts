import type { BytePlace } from './piece.ts';

/** The modes that CRIU gives to its files, since images hold memory with all its secrets; those of directories to match. */
export const IMAGE_MODE = 0o600;
export const DIRECTORY_MODE = 0o700;

/** Where the bytes of one image go, in their order. */
export interface ImageSink {
  /** Takes bytes, which the caller overwrites after the call. */
  write(bytes: Uint8Array): void;
  /** Takes a byte value again and again. */
  fill(value: number, length: number): void;
  /**
   * Takes bytes that are told by their place, where they can be had. Throws a CritError where there is no such place, before
   * anything of them is written.
   */
  copy?(from: BytePlace, length: number): void;
  /** Goes on at another offset, behind or before what was written, where that can be. Nothing is written twice. */
  seek?(offset: number): void;
  /** The image is complete. */
  end(): void;
}

/** What the lines say of an image beside its contents. */
export interface ImageDetails {
  readonly magic: string;
  /** `begin.mode`: permission bits, where they are not the usual. */
  readonly mode?: number | undefined;
  /** `begin.tar`, which has not been checked. */
  readonly tar: unknown;
}

/** Where images go. */
export interface CheckpointSink {
  /** Whether images stand one behind another in it, in the order in which they come. */
  readonly isOrdered?: boolean | undefined;
  /** Begins an image. Throws a CritError where there must not be one of that name. */
  image(name: string, details?: ImageDetails): ImageSink;
  link(name: string, target: Uint8Array, details?: ImageDetails): void;
  directory(name: string, details?: ImageDetails): void;
  /** Takes `end.tar` of an image, which has not been checked, before the image ends. */
  ending?(name: string, tar: unknown): void;
}
