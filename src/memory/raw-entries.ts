/** Entries of an image as their bytes, and fields of them changed without reading the rest. */
import { fields, putVarint32, varintSize } from '../codec/wire.ts';
import { CritError } from '../error.ts';
import type { OpenFiles } from '../files/open-files.ts';
import { ENTRY_LIMIT } from '../image/limits.ts';

/** Bytes of an image before its first entry: its head and its magic. */
export const HEAD_BYTES = 8;

/** What stands there. */
export function headOf(files: OpenFiles, path: string, image: string): Buffer {
  const head = Buffer.alloc(Math.min(HEAD_BYTES, files.size(path, image)));
  files.read(path, image, 0, head);
  return head;
}

export interface RawEntry {
  readonly payload: Buffer;
  /** Its number from 1 on, and where it begins. */
  readonly entry: number;
  readonly offset: number;
}

/** The entries of an image that begins with a head and a magic. Throws a CritError where it is cut off. */
export function* rawEntries(files: OpenFiles, path: string, image: string): Generator<RawEntry, void, undefined> {
  const end = files.size(path, image);
  const word = Buffer.alloc(4);
  let entry = 0;
  for (let offset = HEAD_BYTES; offset < end;) {
    entry++;
    files.read(path, image, offset, word);
    const size = word.readUInt32LE(0);
    if (size > ENTRY_LIMIT) throw new CritError('limit', `an entry of ${size} bytes`, { image, entry, offset });
    const payload = Buffer.allocUnsafe(size);
    files.read(path, image, offset + 4, payload);
    yield { payload, entry, offset };
    offset += 4 + size;
  }
}

/** An entry as it stands in an image. */
export function framed(payload: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(4 + payload.length);
  bytes.writeUInt32LE(payload.length, 0);
  bytes.set(payload, 4);
  return bytes;
}

/** A message with a field in the place of those of that number; `field` has its tag and all. */
export function withField(payload: Buffer, number: number, field: Uint8Array): Buffer {
  const before: Buffer[] = [];
  const behind: Buffer[] = [];
  for (const each of fields(payload, 0, payload.length)) {
    if (each.number === number) continue;
    (each.number < number ? before : behind).push(payload.subarray(each.start, each.end));
  }
  return Buffer.concat([...before, field, ...behind]);
}

/** A field with an integer below 2^32. */
export function numberField(number: number, value: number): Uint8Array {
  const tag = number << 3;
  const bytes = new Uint8Array(varintSize(tag) + varintSize(value));
  putVarint32(bytes, putVarint32(bytes, 0, tag), value);
  return bytes;
}
