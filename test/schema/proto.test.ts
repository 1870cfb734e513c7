import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import protobuf from 'protobufjs';
import { fileFacts, type EnumFacts, type FieldFacts, type FileFacts, type MessageFacts } from '../facts/facts.ts';

const proto = new URL('../../proto/', import.meta.url);
const NOTHING_ELSE = { oneofs: undefined, extensions: undefined, reserved: undefined, options: undefined };
const DESCRIPTOR = 'google/protobuf/descriptor.proto';

test('proto/ has the files of CRIU, and one of ours', () => {
  assert.deepEqual(readdirSync(proto).sort(), [...Object.keys(fileFacts), 'crit.proto'].sort());
});

for (const [file, facts] of Object.entries(fileFacts)) {
  test(`${file} is as CRIU has it`, () => {
    assert.deepEqual(describeFile(file), sorted(facts));
  });
}

test('the display options extend the options of a field', () => {
  const { root, imports } = parse('opts.proto');
  assert.deepEqual(imports, [DESCRIPTOR]);
  const extension = root.nestedArray.find((item) => item instanceof protobuf.Field);
  assert.deepEqual(extension?.toJSON(), {
    edition: 'proto2',
    extend: 'google.protobuf.FieldOptions',
    type: 'CRIU_Opts',
    id: 1018,
  });
});

/** The facts of a file, read by protobufjs from the file alone. */
function describeFile(name: string): FileFacts {
  const { root, imports } = parse(name);
  const messages: Record<string, MessageFacts> = {};
  const enums: Record<string, EnumFacts> = {};
  for (const item of root.nestedArray) {
    if (item instanceof protobuf.Type) messages[item.name] = describeMessage(item);
    else if (item instanceof protobuf.Enum) enums[item.name] = { ...item.values };
    else assert.ok(name === 'opts.proto' && item.name === 'criu', `${name}: ${item.name} is neither message nor enum`);
  }
  return sorted({
    imports: (imports ?? []).filter((file) => file !== DESCRIPTOR),
    messages,
    ...(Object.keys(enums).length > 0 && { enums }),
  });
}

function describeMessage(type: protobuf.Type): MessageFacts {
  const { oneofs, extensions, reserved, options } = type;
  assert.deepEqual({ oneofs, extensions, reserved, options }, NOTHING_ELSE, type.name);
  const enums: Record<string, EnumFacts> = {};
  for (const item of type.nestedArray) {
    assert.ok(item instanceof protobuf.Enum, `${type.name}.${item.name} is no enum`);
    enums[item.name] = { ...item.values };
  }
  return {
    fields: type.fieldsArray.map((field) => describeField(field, type)),
    ...(type.nestedArray.length > 0 && { enums }),
  };
}

function describeField(field: protobuf.Field, { name, nested }: protobuf.Type): FieldFacts {
  assert.equal(field.map, false, `${field.name} is a map`);
  const type = nested && Object.hasOwn(nested, field.type) ? `${name}.${field.type}` : field.type;
  const facts: FieldFacts = { number: field.id, name: field.name, type, label: field.rule ?? 'optional' };
  const criu: Record<string, string | boolean> = {};
  const options: Record<string, unknown> = field.options ?? {};
  for (const [option, value] of Object.entries(options)) {
    const display = option.replace(/^\(criu\)\./, '');
    if (option === 'default') facts.default = String(value);
    else if (option === 'packed') facts.packed = value === true;
    else if (display !== option && (typeof value === 'string' || typeof value === 'boolean')) criu[display] = value;
    else assert.fail(`${field.name}: option ${option}`);
  }
  if (Object.keys(criu).length > 0) facts.criu = criu;
  return facts;
}

function parse(name: string): protobuf.IParserResult {
  return protobuf.parse(readFileSync(new URL(name, proto), 'utf8'), new protobuf.Root(), { keepCase: true });
}

/** Imports and fields in one order; the order in the file does not matter. */
function sorted(facts: FileFacts): FileFacts {
  const messages = Object.entries(facts.messages).map(([name, message]): [string, MessageFacts] => [
    name,
    { ...message, fields: message.fields.toSorted((a, b) => a.number - b.number) },
  ]);
  return { ...facts, imports: facts.imports.toSorted(), messages: Object.fromEntries(messages) };
}
