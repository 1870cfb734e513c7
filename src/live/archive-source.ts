/** The images of an archive, for a restore that asks for them by name. */
import { tmpdir } from 'node:os';
import type { ArchiveLimits } from '../container/archive-limits.ts';
import type { Container, ContainerSink, Member, MemberSink } from '../container/container.ts';
import { UnpackRoom } from '../container/unpack-room.ts';
import { CritError } from '../error.ts';
import { SteadyFile } from './steady-file.ts';
import type { ImageSource, OpenSource, Served } from './image-source.ts';
import { ImageStore, type ImageStoreOptions } from './image-store.ts';
import { LAST_IMAGE, checkPlainName } from './protocol.ts';

/** The directory of CRIU's images in that of an engine. */
export const NESTED = 'checkpoint';
/** The link of a dump to the one before it. */
export const PARENT = 'parent';

export interface SourceOptions extends ImageStoreOptions, ArchiveLimits {}

/** What stays where it is needs no bytes. */
const PASSED_OVER: MemberSink = { isSkipped: true, write() {}, end() {} };

export class ArchiveSource implements OpenSource {
  readonly #container: Container;
  readonly #images: Images;

  private constructor(container: Container, images: Images) {
    this.#container = container;
    this.#images = images;
  }

  /** Reads an archive to its end. Where that succeeds, the container is closed with what it gives. */
  static async read(container: Container, path: string, options: SourceOptions): Promise<ArchiveSource> {
    const members = new Members(path, options);
    try {
      for await (const _ of container.read(members));
      return new ArchiveSource(container, await members.images());
    } catch (error) {
      await members.close();
      throw error;
    }
  }

  find(name: string): Served | undefined {
    return this.#images.find(name);
  }

  async close(): Promise<void> {
    await this.#images.store.close();
    await this.#container.close();
  }
}

/** Images of one directory of an archive: those that can stay where they are, and all others in a store. */
class Images implements ImageSource {
  readonly store: ImageStore;
  readonly #inPlace = new Map<string, Served>();

  constructor(options: ImageStoreOptions) {
    this.store = new ImageStore(options);
  }

  stay(name: string, image: Served): void {
    checkPlainName(name);
    if (this.find(name)) throw new CritError('sequence', 'two images have this name', { image: name });
    this.#inPlace.set(name, image);
  }

  find(name: string): Served | undefined {
    return this.#inPlace.get(name) ?? this.store.find(name);
  }
}

/** Members of an archive: an engine has the images in a directory of their own, others have them at the top. */
class Members implements ContainerSink {
  readonly #path: string;
  readonly #nested: Images;
  readonly #top: Images;
  readonly #options: SourceOptions;
  #room: UnpackRoom | undefined;
  #file: SteadyFile | undefined;

  constructor(path: string, options: SourceOptions) {
    this.#path = path;
    this.#options = options;
    this.#nested = new Images(options);
    this.#top = new Images(options);
  }

  wants(image: string): boolean {
    return !image.includes('/') || (image.startsWith(`${NESTED}/`) && image.split('/').length === 2);
  }

  begin({ image, type, size, place }: Member): MemberSink | undefined {
    if (type === 'directory') return undefined;
    const [images, name] = image.includes('/') ? [this.#nested, image.slice(NESTED.length + 1)] : [this.#top, image];
    if (type === 'link') {
      // Links to something else are never asked for.
      if (name === PARENT) images.store.link(name);
      return undefined;
    }
    if (!place || size === undefined) return this.#bounded(images.store.image(name), size);
    this.#file ??= new SteadyFile(place.fd, this.#path);
    images.stay(name, this.#file.image(place.offset, size));
    return PASSED_OVER;
  }

  /** Room is taken before bytes are: for the whole of it where its size is known. */
  #bounded(image: MemberSink, size: number | undefined): MemberSink {
    const { temporary = tmpdir(), maxUnpacked } = this.#options;
    const room = (this.#room ??= new UnpackRoom(temporary, maxUnpacked));
    if (size !== undefined) {
      room.take(size);
      return image;
    }
    return {
      write: (bytes) => {
        room.take(bytes.length);
        image.write(bytes);
      },
      end: () => image.end(),
    };
  }

  fail(error: unknown): void {
    throw error;
  }

  /** Whichever has the images; the other is closed. */
  async images(): Promise<Images> {
    this.#file?.check();
    const isNested = this.#nested.find(LAST_IMAGE) !== undefined;
    const [images, other] = isNested ? [this.#nested, this.#top] : [this.#top, this.#nested];
    await other.store.close();
    await images.store.written();
    return images;
  }

  async close(): Promise<void> {
    await this.#nested.store.close();
    await this.#top.store.close();
  }
}
