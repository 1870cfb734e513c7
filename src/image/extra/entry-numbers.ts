import { fields, readAnyVarint, VARINT, type Halves } from '../../codec/wire.ts';
import { CritError } from '../../error.ts';
import { BUILT_IN } from '../../schema/built-in.ts';
import type { MessageType } from '../../schema/schema.ts';

/** The integers of entries by the names of their fields, without decoding the entries. */
export class EntryNumbers {
  readonly #message: MessageType;
  /** Numbers of the fields that were asked for, which the images of one kind all ask for. */
  readonly #fields = new Map<string, number>();
  readonly #values = new Map<number, number>();

  constructor(message: MessageType) {
    this.#message = message;
  }

  /** Turns to another entry. Throws a WireError where it is no message. */
  read(entry: Uint8Array): this {
    this.#values.clear();
    const halves: Halves = { lo: 0, hi: 0 };
    for (const field of fields(entry, 0, entry.length)) {
      if (field.wire !== VARINT) continue;
      readAnyVarint(entry, field.value, field.end, halves);
      // Of a field that stands there twice, the last one counts.
      this.#values.set(field.number, halves.hi * 0x100000000 + halves.lo);
    }
    return this;
  }

  /** The value of a field, 0 where it is absent. Throws a CritError where there is no such field, or none below 2^53. */
  get(name: string): number {
    let number = this.#fields.get(name);
    if (number === undefined) this.#fields.set(name, (number = fieldNumber(this.#message, name)));
    const value = this.#values.get(number) ?? 0;
    if (!Number.isSafeInteger(value))
      throw new CritError('limit', 'an extra of more than 2^53 bytes, which no file has');
    return value;
  }
}

/** Where a directory of .proto files is older than the field, the field has the number that CRIU gave to it later. */
function fieldNumber(message: MessageType, name: string): number {
  const own = message.byName.get(name);
  if (own) return own.number;
  const later = BUILT_IN.messageNames().includes(message.name)
    ? BUILT_IN.message(message.name).byName.get(name)
    : undefined;
  if (later && !message.byNumber.has(later.number)) return later.number;
  throw new CritError('format', `${message.name} has no ${name} in this schema, which says how many bytes follow`);
}
