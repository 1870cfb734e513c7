/** Where the bytes of one image go, in their order. */
export interface ImageSink {
  /** Takes bytes, which the caller overwrites after the call. */
  write(bytes: Uint8Array): void;
  /** Takes a byte value again and again. */
  fill(value: number, length: number): void;
  /** The image is complete. */
  end(): void;
}

/** Where images go. */
export interface CheckpointSink {
  /** Begins an image. Throws a CritError where there must not be one of that name. */
  image(name: string): ImageSink;
  link(name: string, target: Uint8Array): void;
  directory(name: string): void;
}
