/**
 * Writes what follows from other sources, or with `--check` says where it does not: src/schema/generated from proto/ (the schema
 * as text, and the TypeScript types of the messages and lines) and lines.schema.json, launchers and lists of programs from the commands.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readProto } from '../src/schema/proto.ts';
import { IMAGES } from '../src/schema/images.ts';
import { Schema, type Field } from '../src/schema/schema.ts';
import { linesSchema } from './lines-schema.ts';
import { programFiles } from './program-files.ts';

const root = new URL('../', import.meta.url);
const text = readProto(fileURLToPath(new URL('proto', root)));
const schema = new Schema(text);
const note = '// Generated from proto/ by scripts/generate.ts: change proto/ and run `npm run generate`.\n\n';

const pascal = (name: string): string =>
  name.replace(/(?:^|[_.])([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());

const SCALAR_TYPES: Record<string, string> = {
  uint32: 'number',
  int32: 'number',
  sint32: 'number',
  uint64: 'Int64',
  int64: 'Int64',
  sint64: 'Int64',
  fixed64: 'Int64',
  bool: 'boolean',
  string: 'ProtoString',
  bytes: 'string',
};

function fieldType(field: Field): string {
  const one =
    field.kind === 'enum' || field.kind === 'message' ? pascal(field.type.name) : (SCALAR_TYPES[field.kind] ?? 'never');
  return field.label === 'repeated' ? `${one}[]` : one;
}

function schemaFile(): string {
  const rows = (table: Readonly<Record<string, string>>): string =>
    Object.entries(table)
      .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`)
      .join('');
  return (
    `${note}import type { SchemaText } from '../schema.ts';\n\n/** The schema of proto/. */\n` +
    `export const schemaText: SchemaText = {\n  messages: {\n${rows(text.messages)}  },\n  enums: {\n${rows(text.enums)}  },\n};\n`
  );
}

function typesFile(): string {
  let out = note;
  out += `/** A 64-bit integer: a number up to 2^53-1 in magnitude, a decimal string beyond. */\nexport type Int64 = number | string;\n\n`;
  out += `/** A string, or the bytes of one that is not valid UTF-8. */\nexport type ProtoString = string | { base64: string };\n`;
  for (const [name, values] of Object.entries(text.enums)) {
    const names = values.split(' ').map((pair) => `'${pair.split('=')[0]}'`);
    out += `\n/** A name, or a number that has none. */\nexport type ${pascal(name)} = ${names.join(' | ')} | number;\n`;
  }
  for (const name of schema.messageNames()) {
    const { fields } = schema.message(name);
    out += `\nexport interface ${pascal(name)} {\n`;
    for (const field of fields) {
      out += `  ${field.name}${field.label === 'required' ? '' : '?'}: ${fieldType(field)};\n`;
    }
    out += `  /** Fields that the schema does not know: base64 of their bytes. */\n  '@unknown'?: string;\n}\n`;
  }
  out += `\n/** Message of each image's entries. */\nexport interface EntryByMagic {\n`;
  for (const [magic, type] of Object.entries(IMAGES)) {
    const rest = pascal(type.entry);
    out += `  ${magic}: ${type.first ? `Either<${pascal(type.first)}, ${rest}>` : rest};\n`;
  }
  out += `}\n\n/** What follows the entries of images that have extras. */\nexport interface ExtraKindByMagic {\n`;
  for (const [magic, { extra }] of Object.entries(IMAGES)) if (extra) out += `  ${magic}: '${extra}';\n`;
  out += `}\n\n/** Message of the first entry, or of the others: any field of either can be asked for. */\n`;
  out += `type Either<First, Rest> =\n  | (First & { [Name in Exclude<keyof Rest, keyof First>]?: never })\n`;
  out += `  | (Rest & { [Name in Exclude<keyof First, keyof Rest>]?: never });\n`;
  return out;
}

const files: Record<string, string> = {
  'src/schema/generated/schema.ts': schemaFile(),
  'src/schema/generated/messages.ts': typesFile(),
  'lines.schema.json': linesSchema(schema, IMAGES),
  ...programFiles(),
};
const check = process.argv.includes('--check');
for (const [path, content] of Object.entries(files)) {
  const url = new URL(path, root);
  if (!check) {
    mkdirSync(new URL('./', url), { recursive: true });
    writeFileSync(url, content, { mode: path.startsWith('bin/') ? 0o755 : 0o644 });
  } else if (!existsSync(url) || readFileSync(url, 'utf8') !== content) {
    console.error(`${path} is not what its sources give: run npm run generate`);
    process.exitCode = 1;
  }
}
