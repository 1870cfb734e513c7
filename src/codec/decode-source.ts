/**
 * The source of a decoder.
 *
 * In it: b bytes, p position, end; w output, with out and o its buffer and length; d depth. c, q and t are for values, r for
 * the halves of 64-bit numbers, n counts the keys that were written.
 */
import type { Field, MessageType } from '../schema/schema.ts';
import { formatAddress } from './address.ts';
import { tagOf } from './field-tag.ts';
import { INTEGER_ROOM } from './json-text.ts';
import { NESTING_LIMIT } from './normalize.ts';
import type { Output } from './output.ts';
import { formatQuotedPrintable, formatUnlikeBase64 } from './quoted-printable.ts';
import { numberFormatter } from './show-number.ts';
import type { Style } from './style.ts';

/** Text that has come together when a decoder in pieces yields, in bytes. */
const PIECE = 128 * 1024;

/** Gives the decoder of a message inside another, which the source refers to by its place in `parts`. */
export type NestedDecoder = (type: MessageType, hex: boolean) => unknown;

export class DecodeSource {
  /** Nested decoders, tables and functions that the source refers to by index. */
  readonly parts: unknown[] = [];
  readonly #type: MessageType;
  readonly #style: Style;
  readonly #hex: boolean;
  readonly #indented: boolean;
  readonly #nested: NestedDecoder;
  readonly #inPieces: boolean;
  #lines: string[] = [];
  /** Bytes that the fields of fixed size need at the most, so that room is asked for once. */
  #room = 64;

  /** `inPieces`: a generator, which yields between the messages of a list where its output should be emptied. */
  constructor(type: MessageType, style: Style, hex: boolean, nested: NestedDecoder, inPieces = false) {
    this.#nested = nested;
    this.#inPieces = inPieces;
    this.#type = type;
    this.#style = style;
    this.#hex = hex;
    this.#indented = style.crit && style.human;
  }

  text(): string {
    let certain = false;
    for (const field of this.#type.fields) {
      this.#field(field, certain);
      certain ||= field.label === 'required';
    }
    const body = this.#lines.join('\n');
    const depth = this.#indented ? 2 * NESTING_LIMIT : NESTING_LIMIT;
    const some = certain ? 'true' : 'n > 0';
    const blanks = this.#indented ? ` + 4 * (d + 4) * ${this.#type.fields.length + 2}` : '';
    return `function${this.#inPieces ? '*' : ''} decode_${this.#type.name.replaceAll('.', '_')}(b, p, end, w, d, sorted) {
      ${this.#type.recursive ? `if (d > ${depth}) return false;` : ''}
      const r = halves, ROOM = ${this.#room}${blanks};
      let out = w.room(w.length, ROOM), o = w.length, n = 0, c = 0, q = 0, t = 0;
      ${put('{')}
      ${body}
      if (p < end) {
        if (!isUnknown(b, p, end, parts[${this.#part(this.#type)}], sorted)) return false;
        ${this.#unknown(some)}
        p = end;
      }
      ${this.#indented ? `if (${some}) { ${indent('d')} }` : ''}
      ${put('}')}
      w.length = o;
      return p === end;
    }`;
  }

  /** The fields that the schema does not know. CRIT would leave them out. */
  #unknown(some: string): string {
    const { crit } = this.#style;
    const comma = this.#indented ? ',' : crit ? ', ' : ',';
    return `if (${some}) { ${put(comma)} } n++; ${this.#indented ? indent('d + 1') : ''} ${put(`"@unknown":${crit ? ' ' : ''}`)}
      out = w.room(o, ((end - p) * 4 / 3 | 0) + ROOM); o = putBase64(out, o, b, p, end);`;
  }

  #part(part: unknown): number {
    const known = this.parts.indexOf(part);
    return known >= 0 ? known : this.parts.push(part) - 1;
  }

  /** One field: its tag, key and value, or a way out where a required one does not follow. */
  #field(field: Field, certain: boolean): void {
    const match = tagMatch(tagOf(field));
    const lines = this.#lines;
    this.#lines = [];
    this.#key(field.name, certain);
    if (field.label === 'repeated') this.#list(field, match);
    else {
      this.#line(`p += ${tagLength(field)};`);
      this.#value(field);
    }
    const body = this.#lines.join('\n');
    this.#lines = lines;
    if (field.label === 'required') this.#line(`if (!(${match})) return false; else {\n${body}\n}`);
    else this.#line(`if (${match}) {\n${body}\n}`);
  }

  #line(text: string): void {
    this.#lines.push(text);
  }

  #key(name: string, certain: boolean): void {
    const { crit } = this.#style;
    const comma = this.#indented ? ',' : crit ? ', ' : ',';
    if (certain) this.#line(put(comma));
    else this.#line(`if (n++ > 0) { ${put(comma)} }`);
    if (this.#indented) this.#line(indent('d + 1'));
    this.#line(put(`${JSON.stringify(name)}:${crit ? ' ' : ''}`));
    this.#room += name.length + 8 + INTEGER_ROOM;
  }

  #list(field: Field, match: string): void {
    const { crit } = this.#style;
    const next = this.#indented ? `${put(',')} ${indent('d + 2')}` : put(crit ? ', ' : ',');
    const open = this.#indented ? indent('d + 2') : '';
    const close = this.#indented ? indent('d + 1') : '';
    if (field.packed) {
      this.#line(
        `p += ${tagLength(field)}; ${LENGTH} { const last = end; end = q; if (p === end) return false; ${put('[')} ${open}`,
      );
      this.#line(`for (let i = 0; p < end; i++) { if (i > 0) { out = w.room(o, ROOM); ${next} }`);
      this.#value(field);
      this.#line(`} if (p !== end) return false; end = last; out = w.room(o, ROOM); ${close} ${put(']')} }`);
      return;
    }
    if (this.#style.human && field.display?.ipadd) return this.#addresses(field, match);
    this.#line(
      `${put('[')} ${open} t = 0; for (let i = 0; ${match}; i++) { if (i > 0) { out = w.room(o, ROOM); ${next} }`,
    );
    this.#line(`p += ${tagLength(field)};`);
    this.#value(field);
    if (this.#inPieces && field.kind === 'message')
      this.#line(`if (o >= ${PIECE}) { w.length = o; yield; out = w.room(w.length, ROOM); o = w.length; }`);
    this.#line(`} out = w.room(o, ROOM); ${close} ${put(']')}`);
  }

  /** One or four words are an address; any other number of words is shown as numbers. */
  #addresses(field: Field, match: string): void {
    const write = this.#part((output: Output, words: number[], depth: number) => {
      const items =
        words.length === 1 || words.length === 4
          ? [JSON.stringify(formatAddress(words, !this.#style.crit))]
          : words.map(String);
      const gap = this.#indented ? `,${newline(depth + 2)}` : this.#style.crit ? ', ' : ',';
      const edge = this.#indented ? [newline(depth + 2), newline(depth + 1)] : ['', ''];
      output.appendText(`[${edge[0]}${items.join(gap)}${edge[1]}]`);
    });
    this.#line(`const words = []; while (${match}) { p += ${tagLength(field)}; ${varint32} words.push(c); }`);
    this.#line(`w.length = o; parts[${write}](w, words, d); out = w.room(w.length, ROOM); o = w.length;`);
  }

  #value(field: Field): void {
    const { human, crit } = this.#style;
    const display = human ? field.display : undefined;
    // CRIT shows these names as text in all its documents.
    const isUnixName = (human || crit) && field.display?.conv === 'unix_name';
    const hex = this.#hex || display?.hex === true;
    const show = human ? numberFormatter(field) : undefined;
    switch (field.kind) {
      case 'message': {
        const decoder = this.#part(this.#nested(field.type, human && hex));
        const deeper = this.#indented ? (field.label === 'repeated' ? 'd + 2' : 'd + 1') : 'd + 1';
        this.#line(
          `${LENGTH} w.length = o; if (!parts[${decoder}].decode(b, p, q, w, ${deeper}, sorted)) return false; p = q; out = w.room(w.length, ROOM); o = w.length;`,
        );
        return;
      }
      case 'string':
        if (crit)
          this.#line(
            `${LENGTH} w.length = o; writePythonString(w, b, p, q); p = q; out = w.room(w.length, ROOM); o = w.length;`,
          );
        else {
          this.#line(`${LENGTH} out = w.room(o, q - p + ROOM); t = putPlain(out, o, b, p, q);
            if (t < 0) { w.length = o; writeString(w, b, p, q); out = w.room(w.length, ROOM); o = w.length; } else o = t; p = q;`);
        }
        return;
      case 'bytes':
        if (isUnixName) {
          const write = this.#part((output: Output, bytes: Uint8Array) => {
            output.appendText(JSON.stringify(crit ? formatQuotedPrintable(bytes) : formatUnlikeBase64(bytes)));
          });
          this.#line(
            `${LENGTH} w.length = o; parts[${write}](w, b.subarray(p, q)); p = q; out = w.room(w.length, ROOM); o = w.length;`,
          );
        } else if (crit)
          this.#line(
            `${LENGTH} w.length = o; writePythonBase64(w, b, p, q); p = q; out = w.room(w.length, ROOM); o = w.length;`,
          );
        else
          this.#line(`${LENGTH} out = w.room(o, ((q - p) * 4 / 3 | 0) + ROOM); o = putBase64(out, o, b, p, q); p = q;`);
        return;
      case 'bool':
        this.#line(
          `c = b[p++]; if (c === 1) { ${put('true')} } else if (c === 0) { ${put('false')} } else return false;`,
        );
        return;
      case 'enum': {
        const names = this.#part(new Map([...field.type.names].map(([number, name]) => [number, `"${name}"`])));
        const longest = Math.max(0, ...[...field.type.names.values()].map((name) => name.length));
        this.#room += longest;
        this.#line(
          `${VALUE} ${INT32} t = parts[${names}].get(c); o = t === undefined ? putInt32(out, o, c) : putAscii(out, o, t);`,
        );
        return;
      }
      case 'fixed64':
        this.#line(`r.lo = (b[p] | b[p + 1] << 8 | b[p + 2] << 16 | b[p + 3] << 24) >>> 0;
          r.hi = (b[p + 4] | b[p + 5] << 8 | b[p + 6] << 16 | b[p + 7] << 24) >>> 0; p += 8;`);
        this.#integer64(true, hex);
        return;
      case 'uint32':
        this.#line(varint32);
        if (show) {
          const part = this.#part(show);
          this.#line(`w.length = o; w.appendText(parts[${part}](c)); out = w.room(w.length, ROOM); o = w.length;`);
        } else this.#line(hex ? 'o = putHex(out, o, c, 0);' : 'o = putUint32(out, o, c);');
        return;
      case 'int32':
      case 'sint32':
        this.#line(`${VALUE} ${field.kind === 'int32' ? INT32 : ZIGZAG32}`);
        this.#line(
          hex
            ? 'if (c < 0) { o = putSignedHex(out, o, -c, 0); } else o = putHex(out, o, c, 0);'
            : 'o = putInt32(out, o, c);',
        );
        return;
      case 'uint64':
      case 'int64':
      case 'sint64':
        this.#line(VALUE);
        if (field.kind === 'sint64') this.#line(ZIGZAG64);
        this.#integer64(field.kind === 'uint64', hex);
    }
  }

  #integer64(unsigned: boolean, hex: boolean): void {
    const { crit } = this.#style;
    if (hex && !unsigned) {
      this.#line(
        `if (r.hi > 0x7fffffff) { c = (~r.lo + 1) >>> 0; o = putSignedHex(out, o, c, (~r.hi + (c === 0 ? 1 : 0)) >>> 0); } else o = putHex(out, o, r.lo, r.hi);`,
      );
    } else {
      const name = hex ? 'putHex' : `put${crit ? 'Bare' : ''}${unsigned ? 'Uint64' : 'Int64'}`;
      this.#line(`o = ${name}(out, o, r.lo, r.hi);`);
    }
  }
}

/** Reads the length of a delimited field; q is its end. */
const LENGTH = `c = b[p]; if (c < 128) p++; else { p = readVarint(b, p, end, r); if (p < 0 || r.hi !== 0) return false; c = r.lo; }
  q = p + c; if (q > end) return false;`;
/** Reads an unsigned number of 32 bits into c. */
const varint32 = `c = b[p]; if (c < 128) p++; else { p = readVarint(b, p, end, r); if (p < 0 || r.hi !== 0) return false; c = r.lo; }`;
/** Reads 64 bits into r. */
const VALUE = `c = b[p]; if (c < 128) { p++; r.lo = c; r.hi = 0; } else { p = readVarint(b, p, end, r); if (p < 0) return false; }`;
/** Negative numbers of 32 bits are written as 64 bits. */
const INT32 = `c = r.lo | 0; if (r.hi !== (c < 0 ? 0xffffffff : 0)) return false;`;
const ZIGZAG32 = `if (r.hi !== 0) return false; c = (r.lo >>> 1) ^ -(r.lo & 1);`;
const ZIGZAG64 = `c = -(r.lo & 1); r.lo = ((r.lo >>> 1 | r.hi << 31) ^ c) >>> 0; r.hi = (r.hi >>> 1 ^ c) >>> 0;`;

/** Code that writes a constant text. */
function put(text: string): string {
  const stores = [...Buffer.from(text)].map((byte, index) => `out[o${index > 0 ? ` + ${index}` : ''}] = ${byte};`);
  return `${stores.join(' ')} o += ${stores.length};`;
}

/** Code that begins a new line at a depth; an entry of a CRIT document stands at depth 2. */
function indent(depth: string): string {
  return `out[o++] = 10; for (let i = 4 * (${depth} + 2); i > 0; i--) out[o++] = 32;`;
}

function newline(depth: number): string {
  return `\n${' '.repeat(4 * (depth + 2))}`;
}

function tagLength(field: Field): number {
  return tagOf(field).length;
}

function tagMatch(tag: number[]): string {
  const bytes = tag.map((byte, index) => `b[p${index > 0 ? ` + ${index}` : ''}] === ${byte}`);
  return `${bytes.join(' && ')} && p ${tag.length > 1 ? `+ ${tag.length - 1} ` : ''}< end`;
}
