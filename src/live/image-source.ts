/** What a restore asks for images. */
export interface ImageSource {
  find(name: string): Served | undefined;
}

/** Images that are given back at the end. */
export interface OpenSource extends ImageSource {
  close(): Promise<void>;
}

/** An image that can be served. */
export interface Served {
  /**
   * The bytes, in chunks of at most `size`, or more where they are in memory; each is valid until the next but one. Throws a
   * CritError where they have been given already.
   */
  chunks(size: number): Iterable<Buffer>;
}
