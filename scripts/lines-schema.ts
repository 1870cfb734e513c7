/**
 * The JSON Schema of a line, for tools that are not ours: what crit-cat writes, plain and with `--human`, each field with its
 * type and its names. Values that no schema can tell (that an extra is as long as its entry says) are left to crit-pack.
 */
import { EXTRAS } from '../src/image/extra/extras.ts';
import { dictNames, flagNames } from '../src/schema/display.ts';
import { MOST_SHARDS } from '../src/line/shard.ts';
import type { ImageFacts } from '../src/schema/images.ts';
import { FILE_MAGICS, RAW_MAGICS } from '../src/schema/magics.ts';
import type { Field, MessageType, Schema } from '../src/schema/schema.ts';

type Json = Readonly<Record<string, unknown>>;

const ref = (name: string): Json => ({ $ref: `#/$defs/${name}` });
const closed = (properties: Json, required: readonly string[] = []): Json => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** The keys of a condition. They are in a list, since an object with a `then` can be taken for a promise. */
const CONDITION = ['if', 'then', 'else'] as const;
const when = (...parts: readonly Json[]): Json =>
  Object.fromEntries(parts.map((part, index) => [CONDITION[index], part]));

const DIGITS = '-?(0[xX][0-9a-fA-F]+|[0-9]+)';
const SAFE = Number.MAX_SAFE_INTEGER;
const integer = (minimum: number, maximum: number): Json => ({
  anyOf: [
    { type: 'integer', minimum, maximum },
    { type: 'string', pattern: `^${DIGITS}$` },
  ],
});

/** The values that fields of many messages have. */
const VALUES: Json = {
  uint32: integer(0, 0xffffffff),
  int32: integer(-0x80000000, 0x7fffffff),
  uint64: { description: 'a number up to 2^53-1, digits beyond', ...integer(0, SAFE) },
  int64: { description: 'a number up to 2^53-1 in magnitude, digits beyond', ...integer(-SAFE, SAFE) },
  bool: { type: 'boolean' },
  base64: { type: 'string', contentEncoding: 'base64' },
  text: {
    description: 'base64 where it is not UTF-8',
    anyOf: [{ type: 'string' }, closed({ base64: ref('base64') }, ['base64'])],
  },
  mode: { description: 'permission bits', type: 'string', pattern: '^[0-7]{3,5}$' },
  piece: {
    ...closed(
      {
        offset: { type: 'integer', minimum: 0, maximum: SAFE },
        length: { type: 'integer', minimum: 0, maximum: SAFE },
        data: { description: 'at most 64 KiB', ...ref('base64') },
        fill: { description: 'the value of all bytes', type: 'integer', minimum: 0, maximum: 255 },
        from: {
          description: 'where the bytes stand: an image of the directory that crit-cat --refs has read',
          ...closed({ image: { type: 'string' }, offset: { type: 'integer', minimum: 0, maximum: SAFE } }, [
            'image',
            'offset',
          ]),
        },
      },
      ['offset', 'length'],
    ),
    oneOf: [{ required: ['data'] }, { required: ['fill'] }, { required: ['from'] }],
  },
  range: {
    description: 'the bytes of the image of which lines follow, in a shard that has not all of it',
    ...closed(
      {
        offset: { type: 'integer', minimum: 0, maximum: SAFE },
        length: { type: 'integer', minimum: 0, maximum: SAFE },
        size: { description: 'bytes of the whole image', type: 'integer', minimum: 0, maximum: SAFE },
      },
      ['offset', 'length', 'size'],
    ),
  },
  tar: { description: 'what an archive says of the image; see docs/containers.md', type: 'object' },
};

const SCALARS: Readonly<Record<string, string>> = {
  sint32: 'int32',
  sint64: 'int64',
  fixed64: 'uint64',
  string: 'text',
  bytes: 'base64',
};

function valueOf(field: Field): Json {
  if (field.kind === 'message') return ref(field.type.name);
  if (field.kind === 'enum') return ref(field.type.name);
  const value = ref(SCALARS[field.kind] ?? field.kind);
  const { flags, dict, dev, conv, ipadd } = field.display ?? {};
  if (flags !== undefined) return { anyOf: [value, { type: 'string', pattern: flagsPattern(flags) }] };
  if (dict !== undefined) return { anyOf: [value, { enum: dictNames(dict, field.name) }] };
  if (dev) return { anyOf: [value, { type: 'string', pattern: '^[0-9]+:[0-9]+$' }] };
  if (ipadd)
    return {
      anyOf: [value, { description: 'an IP address in the place of its words', type: 'string', pattern: '[.:]' }],
    };
  return conv === undefined ? value : { type: 'string' };
}

function flagsPattern(table: string): string {
  const word = `(${flagNames(table)
    .map(([name]) => name)
    .join('|')}|${DIGITS})`;
  return `^ *(${word}( *\\| *${word})*)? *$`;
}

function messageOf({ fields }: MessageType): Json {
  const properties = fields.map((field) => {
    const value = valueOf(field);
    return [field.name, field.label === 'repeated' ? { type: 'array', items: value } : value] as const;
  });
  const unknown = ['@unknown', { description: 'fields that are not in the schema', ...ref('base64') }] as const;
  return closed(
    Object.fromEntries([...properties, unknown]),
    fields.filter(({ label }) => label === 'required').map(({ name }) => name),
  );
}

/** Lines of one magic: exactly one of the kinds, each with what it holds. */
function lineOf(magic: string, kinds: Json, more: Json = {}): Json {
  const { end = closed({ tar: ref('tar') }), ...others } = kinds;
  const all: Json = { ...others, end };
  return {
    ...closed({ image: { type: 'string' }, magic: { const: magic }, ...all, ...more }, ['image', 'magic']),
    oneOf: Object.keys(all).map((kind) => ({ required: [kind] })),
    dependentRequired: Object.fromEntries(
      Object.keys(more)
        .filter((key) => key !== 'at')
        .map((key) => [key, ['entry']]),
    ),
  };
}

const AT = { at: { description: 'where in a checkpoint the bytes belong; not packed', type: 'object' } };

function entriesOf(magic: string, { first, entry, extra }: ImageFacts): Json {
  return lineOf(
    magic,
    {
      begin: closed({ head: { enum: ['common', 'service', 'none'] }, mode: ref('mode'), tar: ref('tar') }),
      entry: first === undefined ? ref(entry) : { anyOf: [ref(first), ref(entry)] },
      ...(extra && { piece: ref('piece') }),
    },
    {
      ...(extra && { extra: EXTRAS[extra].jsonSchema }),
      ...AT,
      wire: { description: 'the entry as it was read', ...ref('base64') },
    },
  );
}

export function linesSchema(schema: Schema, images: Readonly<Record<string, ImageFacts>>): string {
  const begin = { mode: ref('mode'), tar: ref('tar') };
  const lines: Record<string, Json> = {
    ...Object.fromEntries(Object.entries(images).map(([magic, facts]) => [magic, entriesOf(magic, facts)])),
    ...Object.fromEntries(
      RAW_MAGICS.map((magic) => [
        magic,
        lineOf(magic, { begin: closed({ ...begin, range: ref('range') }), piece: ref('piece') }, AT),
      ]),
    ),
    LINK: lineOf('LINK', { begin: closed({ target: ref('text'), tar: ref('tar') }, ['target']) }),
    DIR: lineOf('DIR', { begin: closed(begin) }),
  };
  const magics = [...Object.keys(images), ...RAW_MAGICS, ...FILE_MAGICS];
  const error = closed({ error: closed({ image: { type: 'string' }, message: { type: 'string' } }, ['message']) }, [
    'error',
  ]);
  const count = { type: 'integer', minimum: 1, maximum: MOST_SHARDS };
  const shard = closed(
    {
      shard: closed(
        {
          number: count,
          of: count,
          checkpoint: { description: 'the same in all shards of a checkpoint', type: 'string' },
          complete: { description: 'in the last line of a shard', const: true },
        },
        ['number', 'of', 'checkpoint'],
      ),
    },
    ['shard'],
  );
  const ofImage = {
    required: ['image', 'magic'],
    properties: { magic: { enum: magics } },
    allOf: magics.map((magic) => when({ properties: { magic: { const: magic } } }, ref(`line-${magic}`))),
  };
  const names = schema.messageNames();
  const enums = new Map(
    names.flatMap((name) =>
      schema
        .message(name)
        .fields.flatMap((field) => (field.kind === 'enum' ? [[field.type.name, field.type] as const] : [])),
    ),
  );
  const document = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:crit-pipe:lines',
    title: 'A line of crit-pipe',
    description: 'What crit-cat writes and crit-pack takes; see docs/lines.md. Generated from proto/.',
    type: 'object',
    ...when({ required: ['error'] }, ref('line-error'), when({ required: ['shard'] }, ref('line-shard'), ofImage)),
    $defs: {
      'line-error': error,
      'line-shard': shard,
      ...Object.fromEntries(magics.map((magic) => [`line-${magic}`, lines[magic]])),
      ...VALUES,
      ...Object.fromEntries(
        [...enums].map(([name, { numbers }]) => [name, { anyOf: [{ enum: [...numbers.keys()] }, ref('int32')] }]),
      ),
      ...Object.fromEntries(names.map((name) => [name, messageOf(schema.message(name))])),
    },
  };
  return `${JSON.stringify(document, null, 1)}\n`;
}
