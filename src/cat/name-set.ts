/** Names of images, of which there may be hundreds of thousands: each path of a directory is held once. */
export class NameSet {
  readonly #directories = new Map<string, Set<string>>();
  #last: Set<string> | undefined;
  #lastDirectory = '';

  has(name: string): boolean {
    const slash = name.lastIndexOf('/');
    return this.#directories.get(name.slice(0, slash + 1))?.has(name.slice(slash + 1)) ?? false;
  }

  /** False where the name is there already. */
  add(name: string): boolean {
    const slash = name.lastIndexOf('/') + 1;
    const directory = name.slice(0, slash);
    let names = this.#lastDirectory === directory ? this.#last : this.#directories.get(directory);
    if (!names) this.#directories.set(directory, (names = new Set()));
    this.#last = names;
    this.#lastDirectory = directory;
    const size = names.size;
    // A copy: a part of a string keeps the whole of it.
    return names.add(Buffer.from(name.slice(slash)).toString()).size > size;
  }
}
