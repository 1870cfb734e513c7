/** What CRIU says with `--stream`, and what it is answered: frames of a 32-bit length and a protobuf message. */
import { CritError } from '../error.ts';
import { safeParts } from '../files/safe-name.ts';

/** The sockets in the images directory that CRIU connects to. */
export const CAPTURE_SOCKET = 'streamer-capture.sock';
export const SERVE_SOCKET = 'streamer-serve.sock';

/** The image that CRIU writes last, and reads first: a dump without it is none. */
export const LAST_IMAGE = 'inventory.img';

/** Longest request: a name has at most 255 bytes. */
const REQUEST_LIMIT = 300;
/** The key of field 1 with a length behind it. */
const NAME_KEY = 0x0a;

const YES = Buffer.from([2, 0, 0, 0, 8, 1]);
const NO = Buffer.from([2, 0, 0, 0, 8, 0]);

/** The answer to a request of a restore: whether there is such an image. */
export function reply(exists: boolean): Buffer {
  return exists ? YES : NO;
}

/** Bytes of a request, one after another, to the name of an image. */
export class RequestReader {
  readonly #bytes: Buffer = Buffer.alloc(4 + REQUEST_LIMIT);
  #length = 0;

  /** Whether a request has begun that is not complete. */
  get isWithin(): boolean {
    return this.#length > 0;
  }

  /** Gives the name when its last byte has come. Throws a CritError where the bytes are no request, or no plain name. */
  push(byte: number): string | undefined {
    this.#bytes[this.#length++] = byte;
    if (this.#length < 4) return undefined;
    const size = this.#bytes.readUInt32LE(0);
    if (size > REQUEST_LIMIT) throw new CritError('format', `a request of ${size} bytes: is that CRIU?`);
    if (this.#length < 4 + size) return undefined;
    this.#length = 0;
    return nameOf(this.#bytes.subarray(4, 4 + size));
  }
}

function nameOf(message: Buffer): string {
  const [key, first = 0, second = 0] = message;
  const isLong = first >= 0x80;
  const from = isLong ? 3 : 2;
  const length = isLong ? (first & 0x7f) + second * 0x80 : first;
  if (key !== NAME_KEY || from + length !== message.length)
    throw new CritError('format', 'a request of another kind than CRIU makes');
  const name = message.toString('utf8', from);
  checkPlainName(name);
  return name;
}

/** Throws a CritError for a name that CRIU gives to no image. */
export function checkPlainName(name: string): void {
  if (safeParts(name).length > 1) {
    throw new CritError('name', 'its name has a slash in it, but CRIU knows its images by plain names', {
      image: name,
    });
  }
}
