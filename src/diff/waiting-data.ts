/** Data that waits to be read: in pipes, in sockets, in connections. Where it is kept is named by ids and inodes, which others have elsewhere. */
import { createHash } from 'node:crypto';
import type { ImageDirectory } from '../checkpoint/image-directory.ts';
import { EntryParser } from '../files/read-entries.ts';
import type { EntryByMagic, FileEntry } from '../schema/generated/messages.ts';
import { contentsHash, shortHash } from './contents-hash.ts';
import { factsOf } from './facts.ts';

/** The images that have it, whose contents are told as facts of the files. */
export const WAITING_IMAGES: RegExp = /^(?:pipes-data|fifo-data|sk-queues|tcp-stream-[\da-f]+)\.img$/;

interface Packet {
  readonly entry: EntryByMagic['SK_QUEUES'];
  readonly offset: number;
}

export class WaitingData {
  readonly #images: ImageDirectory;
  readonly #pipes: ReadonlyMap<number, ReadonlyMap<string, unknown>>;
  readonly #fifos: ReadonlyMap<number, ReadonlyMap<string, unknown>>;
  readonly #packets: ReadonlyMap<number, readonly Packet[]>;

  constructor(images: ImageDirectory) {
    this.#images = images;
    this.#pipes = this.#readPipes('pipes-data.img', 'PIPES_DATA');
    this.#fifos = this.#readPipes('fifo-data.img', 'FIFO_DATA');
    this.#packets = this.#readPackets();
  }

  /** What waits in an open file; nothing where nothing does. */
  of({ id, pipe, fifo, isk }: FileEntry): ReadonlyMap<string, unknown> {
    if (pipe) return this.#pipes.get(pipe.pipe_id) ?? NOTHING;
    if (fifo) return this.#fifos.get(fifo.pipe_id) ?? NOTHING;
    const stream = isk && `tcp-stream-${isk.ino.toString(16)}.img`;
    if (stream !== undefined && this.#images.has(stream)) return this.#connection(stream);
    const packets = this.#packets.get(id);
    return packets ? this.#queue(packets) : NOTHING;
  }

  #readPipes(image: string, magic: 'PIPES_DATA' | 'FIFO_DATA'): Map<number, Map<string, unknown>> {
    const found = new Map<number, Map<string, unknown>>();
    for (const { entry, offset } of entriesOf(this.#images, image, magic)) {
      const { pipe_id, ...rest } = entry;
      const contents = contentsHash(this.#images, image, offset, entry.bytes);
      found.set(pipe_id, factsOf({ waiting: { ...rest, contents } }));
    }
    return found;
  }

  #readPackets(): Map<number, Packet[]> {
    const found = new Map<number, Packet[]>();
    for (const packet of entriesOf(this.#images, 'sk-queues.img', 'SK_QUEUES')) {
      const list = found.get(packet.entry.id_for);
      if (list) list.push(packet);
      else found.set(packet.entry.id_for, [packet]);
    }
    return found;
  }

  #queue(packets: readonly Packet[]): Map<string, unknown> {
    const hash = createHash('sha256');
    let bytes = 0;
    for (const { entry, offset } of packets) {
      const { id_for: _id, scm = [], ...rest } = entry;
      // Of descriptors that are sent along, the ids are those of this dump.
      const sent = scm.map(({ type, rights = [] }) => [type, rights.length]);
      hash.update(JSON.stringify([rest, sent]));
      hash.update(contentsHash(this.#images, 'sk-queues.img', offset, entry.length));
      bytes += entry.length;
    }
    return factsOf({ waiting: { packets: packets.length, bytes, contents: shortHash(hash) } });
  }

  /** A connection, but for its clock, and for where its window was told last, which CRIU moves. */
  #connection(image: string): Map<string, unknown> {
    const [first] = entriesOf(this.#images, image, 'TCP_STREAM');
    if (!first) return new Map();
    const { timestamp: _clock, snd_wl1: _window, ...entry } = first.entry;
    const facts = factsOf({ tcp: entry });
    const { inq_len, outq_len } = entry;
    for (const [name, offset, length] of [
      ['inq', first.offset, inq_len],
      ['outq', first.offset + inq_len, outq_len],
    ] as const) {
      if (length > 0) facts.set(`tcp.${name}`, contentsHash(this.#images, image, offset, length));
    }
    return facts;
  }
}

const NOTHING: ReadonlyMap<string, unknown> = new Map();

/** Entries, and where the bytes behind each begin; none where the image is not there. */
function entriesOf<M extends 'PIPES_DATA' | 'FIFO_DATA' | 'SK_QUEUES' | 'TCP_STREAM'>(
  images: ImageDirectory,
  image: string,
  magic: M,
): { entry: EntryByMagic[M]; offset: number }[] {
  const found: { entry: EntryByMagic[M]; offset: number }[] = [];
  if (!images.has(image)) return found;
  const parser = new EntryParser(magic, images.schema);
  images.scan(image, magic, (bytes, from, end, place) => {
    found.push({ entry: parser.parse(bytes, from, end, place), offset: place.offset + 4 + end - from });
  });
  return found;
}
