import protobuf from 'protobufjs';
import type { ImageFacts } from './images.ts';
import { readImage } from './proto-images.ts';
import { ProtoFiles, nameOf } from './proto-files.ts';
import { SCALARS, type SchemaText } from './schema.ts';

/** Everything that an ImageSchema is made of. */
export interface ProtoText extends SchemaText {
  readonly images: Readonly<Record<string, ImageFacts>>;
}

const NOTHING: ProtoText = { messages: {}, enums: {}, images: {} };
const MOST_NUMBER = 2 ** 29 - 1;

/**
 * Reads a directory of .proto files: this package's own proto/, or that of another CRIU.
 *
 * What they say is added to what is known already: their messages take the place of known ones, `extend` adds fields to these,
 * values of enums are added, and each message with the option `(image)` is one more image (proto/crit.proto). Throws a
 * CritError with file and line where a file does not parse, a type is not defined, or something is used that no image has.
 */
export function readProto(directory: string, known: ProtoText = NOTHING): ProtoText {
  const standIns = new Set([
    ...topLevel(known.messages).map((name) => new protobuf.Type(name)),
    ...topLevel(known.enums).map((name) => new protobuf.Enum(name, {})),
  ]);
  const files = new ProtoFiles(directory, standIns);
  const messages: Record<string, string> = { ...known.messages };
  const enums: Record<string, string> = { ...known.enums };
  const extensions: protobuf.Field[] = [];
  const types: protobuf.Type[] = [];
  const visit = (space: protobuf.NamespaceBase): void => {
    for (const item of space.nestedArray) {
      if (item instanceof protobuf.Enum) {
        if (!standIns.has(item)) enums[nameOf(item)] = enumText(item, known.enums[nameOf(item)] ?? '');
      } else if (item instanceof protobuf.Type) {
        if (standIns.has(item)) continue;
        const fields = item.fieldsArray.filter((field) => !field.declaringField);
        messages[nameOf(item)] = fields
          .sort((a, b) => a.id - b.id)
          .map((field) => fieldText(files, field))
          .join(';');
        types.push(item);
        visit(item);
      } else if (item instanceof protobuf.Field) extensions.push(item);
      else if (item instanceof protobuf.Namespace) visit(item);
    }
  };
  visit(files.root);
  for (const field of extensions) extend(files, messages, field);
  const images: Record<string, ImageFacts> = { ...known.images };
  for (const type of types) readImage(files, type, messages, images);
  return { messages, enums, images };
}

function topLevel(names: Readonly<Record<string, string>>): string[] {
  return Object.keys(names).filter((name) => !name.includes('.'));
}

/** The values of an enum, and those known ones that have another name and another number. */
function enumText(item: protobuf.Enum, known: string): string {
  const values = Object.entries(item.values);
  const kept = known.split(' ').filter((pair) => {
    const [name = '', number] = pair.split('=');
    return pair !== '' && !values.some((value) => value[0] === name || value[1] === Number(number));
  });
  return [...kept, ...values.map(([name, value]) => `${name}=${value}`)].join(' ');
}

/** Adds a field to a message, in the order of the numbers. */
function extend(files: ProtoFiles, messages: Record<string, string>, field: protobuf.Field): void {
  const target = files.root.lookup(field.extend ?? '', protobuf.Type);
  const name = target ? nameOf(target) : '';
  const fields = messages[name] ? messages[name].split(';') : [];
  const numberOf = (words: string): number => Number(words.split(' ')[3]);
  const rival = fields.find((each) => numberOf(each) === field.id || each.split(' ')[2] === field.name);
  if (rival !== undefined) {
    const [, , other, number] = rival.split(' ');
    throw files.error(field, `${name} has field ${number}, ${other}, already: give the whole message to change it`);
  }
  messages[name] = [...fields, fieldText(files, field)].sort((a, b) => numberOf(a) - numberOf(b)).join(';');
}

function fieldText(files: ProtoFiles, field: protobuf.Field): string {
  const type = field.resolvedType ? nameOf(field.resolvedType) : field.type;
  const known = field.resolvedType !== null || SCALARS.some((scalar) => scalar === type);
  if (!known || field.map || field.delimited) {
    const kind = field.map ? 'a map' : field.delimited ? 'a group' : `type ${type}`;
    throw files.error(field, `${kind}, which no image has: leave the field out, and its bytes are kept as "@unknown"`);
  }
  if (field.id < 1 || field.id > MOST_NUMBER) throw files.error(field, `${field.id} is no number of a field`);
  const label = field.repeated ? 'repeated' : field.required ? 'required' : 'optional';
  const words = [label, type, field.name, String(field.id)];
  if (field.repeated && field.packed) words.push('packed=true');
  const options: Record<string, unknown> = field.options ?? {};
  if (options['default'] !== undefined) words.push(`default=${optionText(options['default'])}`);
  for (const [name, value] of Object.entries(options)) {
    const display = /^\(criu\)\.(\w+)$/.exec(name);
    if (display) words.push(`${display[1]}=${optionText(value)}`);
  }
  const strange = words.find((word) => !/^[^\s;=]*(=[^\s;=]*)?$/.test(word));
  if (strange !== undefined) throw files.error(field, `${strange} has a blank, "=" or ";" in it`);
  return words.join(' ');
}

function optionText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
