import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import { SCALARS, type SchemaText } from './schema.ts';

/**
 * Reads a directory of .proto files into a schema: this package's own proto/, or that of another CRIU.
 *
 * `new Schema(readProto('criu/images'))` gives the message types that the codecs are compiled from. Throws where a
 * file does not parse, a type is not defined, or something is used that no image of CRIU has.
 */
export function readProto(directory: string): SchemaText {
  const root = parseProto(directory);
  const messages: Record<string, string> = {};
  const enums: Record<string, string> = {};
  const visit = (space: protobuf.NamespaceBase): void => {
    for (const item of space.nestedArray) {
      if (item instanceof protobuf.Enum) {
        enums[nameOf(item)] = Object.entries(item.values)
          .map(([name, value]) => `${name}=${value}`)
          .join(' ');
      } else if (item instanceof protobuf.Type) {
        messages[nameOf(item)] = [...item.fieldsArray]
          .sort((a, b) => a.id - b.id)
          .map(fieldText)
          .join(';');
        visit(item);
      } else if (item instanceof protobuf.Namespace) visit(item);
      else throw new RangeError(`${nameOf(item)}: neither a message nor an enum`);
    }
  };
  visit(root);
  return { messages, enums };
}

/** The .proto files of a directory as protobufjs reflection, types resolved, names as they are written. */
export function parseProto(directory: string): protobuf.Root {
  const root = new protobuf.Root();
  const files = readdirSync(directory).filter((name) => name.endsWith('.proto'));
  for (const file of files.sort()) {
    // opts.proto extends protobuf's own descriptor: it describes the options, not an image.
    if (file === 'opts.proto') continue;
    try {
      protobuf.parse(readFileSync(join(directory, file), 'utf8'), root, { keepCase: true });
    } catch (error) {
      throw new SyntaxError(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  root.resolveAll();
  return root;
}

function nameOf(item: protobuf.ReflectionObject): string {
  return item.fullName.slice(1);
}

function fieldText(field: protobuf.Field): string {
  const type = field.resolvedType ? nameOf(field.resolvedType) : field.type;
  const known = field.resolvedType !== null || SCALARS.some((scalar) => scalar === type);
  if (!known || field.map || field.delimited) {
    const kind = field.map ? 'a map' : field.delimited ? 'a group' : `type ${type}`;
    throw new RangeError(`${nameOf(field)}: ${kind}, which no image has`);
  }
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
  if (strange !== undefined) throw new RangeError(`${nameOf(field)}: ${strange} has a blank, "=" or ";" in it`);
  return words.join(' ');
}

function optionText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
