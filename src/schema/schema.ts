/** Messages, fields and enums of a protobuf schema, as the codecs use them. */

export const SCALARS = [
  'uint32',
  'uint64',
  'int32',
  'int64',
  'sint32',
  'sint64',
  'fixed64',
  'bool',
  'string',
  'bytes',
] as const;

/** The scalar types that CRIU's schema uses. */
export type Scalar = (typeof SCALARS)[number];

/** How people see a field (proto/opts.proto). */
export interface Display {
  readonly hex?: boolean;
  readonly ipadd?: boolean;
  readonly flags?: string;
  readonly dev?: boolean;
  readonly odev?: boolean;
  readonly dict?: string;
  readonly conv?: string;
}

export interface EnumType {
  readonly name: string;
  readonly names: ReadonlyMap<number, string>;
  readonly numbers: ReadonlyMap<string, number>;
}

interface FieldBase {
  readonly name: string;
  readonly number: number;
  readonly label: 'required' | 'optional' | 'repeated';
  /** Written as one length-delimited run. CRIU reads and writes only what the schema says. */
  readonly packed: boolean;
  readonly display?: Display;
  readonly defaultValue?: string;
}
export interface ScalarField extends FieldBase {
  readonly kind: Scalar;
}
export interface EnumField extends FieldBase {
  readonly kind: 'enum';
  readonly type: EnumType;
}
export interface MessageField extends FieldBase {
  readonly kind: 'message';
  readonly type: MessageType;
}
export type Field = ScalarField | EnumField | MessageField;

export interface MessageType {
  readonly name: string;
  /** In the order of the field numbers, which is the order in which CRIU writes them. */
  readonly fields: readonly Field[];
  readonly byNumber: ReadonlyMap<number, Field>;
  readonly byName: ReadonlyMap<string, Field>;
  /** Whether a message of this type can hold another of its type, at any depth. */
  readonly recursive: boolean;
}

/**
 * A schema as text, which costs nothing to load: each message is a list of fields separated by ";", each field is
 * "label type name number option=value ..."; each enum is a list of "NAME=number" separated by spaces.
 */
export interface SchemaText {
  readonly messages: Readonly<Record<string, string>>;
  readonly enums: Readonly<Record<string, string>>;
}

/** A schema whose messages are built when they are first asked for. */
export class Schema {
  readonly #text: SchemaText;
  readonly #messages = new Map<string, MessageType>();
  readonly #enums = new Map<string, EnumType>();

  constructor(text: SchemaText) {
    this.#text = text;
  }

  /** Names of all messages. */
  messageNames(): string[] {
    return Object.keys(this.#text.messages);
  }

  /** The message of that name. Throws a RangeError where the schema has none. */
  message(name: string): MessageType {
    const known = this.#messages.get(name);
    if (known) return known;
    const text = Object.hasOwn(this.#text.messages, name) ? this.#text.messages[name] : undefined;
    if (text === undefined) throw new RangeError(`no message ${name} in the schema`);

    const fields: Field[] = [];
    const byNumber = new Map<number, Field>();
    const byName = new Map<string, Field>();
    let recursive: boolean | undefined;
    const type: MessageType = {
      name,
      fields,
      byNumber,
      byName,
      get recursive() {
        return (recursive ??= reaches(type, type, new Set()));
      },
    };
    // Known before its fields are built: a message may hold its own type.
    this.#messages.set(name, type);
    for (const part of text === '' ? [] : text.split(';')) {
      const field = this.#field(part);
      fields.push(field);
      byNumber.set(field.number, field);
      byName.set(field.name, field);
    }
    return type;
  }

  #field(text: string): Field {
    const [label, type, name, number, ...options] = text.split(' ');
    if ((label !== 'required' && label !== 'optional' && label !== 'repeated') || !type || !name) {
      throw new RangeError(`not a field: ${text}`);
    }
    const display: Record<string, string | boolean> = {};
    let packed = false;
    let defaultValue: string | undefined;
    for (const option of options) {
      const [key = '', value = ''] = option.split('=');
      if (key === 'packed') packed = value === 'true';
      else if (key === 'default') defaultValue = value;
      else display[key] = value === 'true' ? true : value;
    }
    const base: FieldBase = {
      name,
      number: Number(number),
      label,
      packed,
      ...(Object.keys(display).length > 0 && { display }),
      ...(defaultValue !== undefined && { defaultValue }),
    };
    const scalar = SCALARS.find((each) => each === type);
    if (scalar) return { ...base, kind: scalar };
    if (Object.hasOwn(this.#text.enums, type)) return { ...base, kind: 'enum', type: this.#enum(type) };
    return { ...base, kind: 'message', type: this.message(type) };
  }

  #enum(name: string): EnumType {
    let type = this.#enums.get(name);
    if (!type) {
      const text = this.#text.enums[name] ?? '';
      const pairs = (text === '' ? [] : text.split(' ')).map((pair): [string, number] => {
        const [key = '', value] = pair.split('=');
        return [key, Number(value)];
      });
      // Of two names for one number, the first is shown.
      const names = new Map(pairs.toReversed().map(([key, value]) => [value, key]));
      type = { name, numbers: new Map(pairs), names };
      this.#enums.set(name, type);
    }
    return type;
  }
}

function reaches(from: MessageType, goal: MessageType, seen: Set<MessageType>): boolean {
  return from.fields.some((field) => {
    if (field.kind !== 'message') return false;
    if (field.type === goal) return true;
    if (seen.has(field.type)) return false;
    seen.add(field.type);
    return reaches(field.type, goal, seen);
  });
}
