import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CritError } from '../../src/error.ts';
import { readProto, type ProtoText } from '../../src/schema/proto.ts';
import { Schema } from '../../src/schema/schema.ts';

test('messages and enums are read, nested ones by their full names', (t) => {
  const text = read(t, {
    'one.proto':
      'message one { optional two a = 2; required uint64 b = 1; enum kind { X = 0; Y = -1; } repeated kind c = 3; }',
    'two.proto': 'enum top { A = 0; B = 0x10; } message two { repeated uint32 list = 1 [packed = true]; }',
  });
  assert.deepEqual(text, {
    messages: {
      one: 'required uint64 b 1;optional two a 2;repeated one.kind c 3',
      two: 'repeated uint32 list 1 packed=true',
    },
    enums: { 'one.kind': 'X=0 Y=-1', top: 'A=0 B=16' },
    images: {},
  });
});

test('the messages of a package have its name before them', (t) => {
  const text = read(t, { 'a.proto': 'package p.q; message a { required b x = 1; message b {} }' });
  assert.deepEqual(text.messages, { 'p.q.a': 'required p.q.a.b x 1', 'p.q.a.b': '' });
});

test('defaults and display options are read, other options are not', (t) => {
  const text = read(t, {
    'a.proto': `message a {
      optional sint32 x = 1 [default = -1];
      required bool y = 2 [default = true, deprecated = true];
      optional uint32 z = 3 [(criu).flags = "some.flags", (other).hex = true];
    }`,
  });
  assert.equal(
    text.messages['a'],
    'optional sint32 x 1 default=-1;required bool y 2 default=true;optional uint32 z 3 flags=some.flags',
  );
  const [x, y, z] = new Schema(text).message('a').fields;
  assert.deepEqual([x?.defaultValue, y?.defaultValue, z?.display], ['-1', 'true', { flags: 'some.flags' }]);
});

test('names keep their form, and fields of a oneof are optional', (t) => {
  const text = read(t, { 'a.proto': 'message A_b { oneof one { int32 camelCase = 1; string snake_case = 2; } }' });
  assert.deepEqual(text.messages, { A_b: 'optional int32 camelCase 1;optional string snake_case 2' });
});

test('of two names for one value the first is shown, and both are understood', (t) => {
  const text = read(t, {
    'a.proto': 'enum e { option allow_alias = true; A = 0; B = 0; C = 1; } message a { required e x = 1; }',
  });
  const [field] = new Schema(text).message('a').fields;
  assert.ok(field?.kind === 'enum');
  assert.deepEqual(field.type.names, new Map([[0, 'A'], [1, 'C']])); // prettier-ignore
  assert.deepEqual(field.type.numbers, new Map([['A', 0], ['B', 0], ['C', 1]])); // prettier-ignore
});

test('files of options and of other kinds are left alone', (t) => {
  const files = { 'opts.proto': 'this is not protobuf', 'crit.proto': 'nor is this', 'a.txt': 'nor this' };
  const more = 'extend google.protobuf.FieldOptions { optional string mine = 1234; }';
  const text = read(t, { ...files, 'a.proto': `message a {} service s { rpc f (a) returns (a); } ${more}` });
  assert.deepEqual(text, { messages: { a: '' }, enums: {}, images: {} });
});

const KNOWN: ProtoText = {
  messages: { head: 'required uint32 id 2', other: '' },
  enums: { kind: 'A=0 B=1 C=2' },
  images: {
    HEAD: { number: 1, head: 'common', entry: 'head', files: ['head.img'] },
    MORE: { number: 2, head: 'none', entry: 'other', extra: 'sk-queue', files: ['more-%u.img'] },
  },
};

test('fields are added to known messages, and values to known enums', (t) => {
  const text = read(
    t,
    {
      'a.proto': `extend head { optional kind of = 1; repeated mine with = 100 [(criu).hex = true]; }
        enum kind { D = 3; BB = 1; }
        message mine { required head head = 1; extend other { optional bool of = 3; } }`,
    },
    KNOWN,
  );
  assert.deepEqual(text, {
    messages: {
      head: 'optional kind of 1;required uint32 id 2;repeated mine with 100 hex=true',
      other: 'optional bool of 3',
      mine: 'required head head 1',
    },
    enums: { kind: 'A=0 C=2 D=3 BB=1' },
    images: KNOWN.images,
  });
});

test('a whole message takes the place of the known one', (t) => {
  const { messages } = read(t, { 'a.proto': 'message head { optional string name = 7; }' }, KNOWN);
  assert.deepEqual(messages, { head: 'optional string name 7', other: '' });
});

test('a message is an image by its option', (t) => {
  const { images } = read(
    t,
    {
      'a.proto': `message a { option (image) = { magic: "A_B" number: 0xf0000001 file: ["a-%u.img", "a.img"] head: "none" first: "head" }; }
        message list { option (image).magic = "MORE"; option (image).number = 2; option (image).file = "m.img"; option (image).entry = "head"; }
        message no_image { option (other) = 1; }`,
    },
    KNOWN,
  );
  assert.deepEqual(images, {
    HEAD: KNOWN.images['HEAD'],
    A_B: { number: 0xf0000001, head: 'none', first: 'head', entry: 'a', files: ['a-%u.img', 'a.img'] },
    MORE: { number: 2, head: 'common', entry: 'head', extra: 'sk-queue', files: ['m.img'] },
  });
});

const image = (option: string): string => `message a {}\nmessage b {\n option (image) = { ${option} };\n}`;

const BROKEN: Record<string, [text: string, line: number, reason: RegExp]> = {
  'a syntax error': ['message a {\n required int32 x 1; }', 3, /^illegal token '1', '=' expected$/],
  'an end that is missing': ['message a {\n\n', 4, /^illegal token 'null'/],
  'a type that is not there': [
    'message a {\n// nothing x = 1;\n required nothing x = 1; }',
    4,
    /^a\.x: no type nothing$/,
  ],
  'a type that is not there, within': [
    'message b { optional int32 x = 1; }\nmessage a { message b {\n optional c.d x = 1; } }',
    4,
    /^a\.b\.x: no type c\.d$/,
  ],
  'two fields of one number': ['message a { optional string x = 1;\n optional int32 y = 1; }', 3, /^duplicate id 1/],
  'two fields of one name': [
    'message b { optional int32 x = 1; }\nmessage a { optional string x = 1;\n\n optional int32 x = 2; }',
    5,
    /^duplicate name 'x'/,
  ],
  'two messages of one name': ['message a {}\nmessage a {}', 3, /^duplicate name 'a'/],
  'two values of one number': ['enum e {\n A = 0;\n B = 0;\n}', 4, /^duplicate id 0/],
  'a number that is none': ['message a {\n optional string x = 0; }', 3, /^a\.x: 0 is no number of a field$/],
  'a type that images do not use': [
    'message a {\n required float x = 1; }',
    3,
    /^a\.x: type float, which no image has: leave/,
  ],
  'a group': [
    'message a {\n required group G = 1 { required int32 x = 2; } }',
    3,
    /^a\.g: a group, which no image has/,
  ],
  'a map': ['message a {\n\n map<string, int32> m = 3; }', 4, /^a\.m: a map, which no image has/],
  'a default of several words': [
    'message a {\n optional string x = 1 [default = "a b"]; }',
    3,
    /^a\.x: default=a b has a blank/,
  ],
  'an option with a semicolon': [
    'message a {\n optional uint32 x = 1 [(criu).flags = "a;b"]; }',
    3,
    /^a\.x: flags=a;b has/,
  ],
  'a field of a message that is not there': [
    'extend nothing {\n optional uint32 x = 1; }',
    3,
    /^x: extends nothing, which is no message$/,
  ],
  'a field whose number is taken': ['extend head {\n optional uint32 x = 2; }', 3, /^x: head has field 2, id, already/],
  'a field whose name is taken': [
    '\nextend head {\n optional uint32 id = 3; }',
    4,
    /^id: head has field 2, id, already/,
  ],
  'an image without a magic': [image('number: 3'), 3, /^b: option \(image\): magic must be/],
  'an image called as raw bytes are': [image('magic: "PAGES" number: 3'), 3, /magic must be/],
  'an image without a number': [image('magic: "B"'), 3, /number must be/],
  'an image with the number of a head': [image('magic: "B" number: 0x54564319'), 3, /number must be/],
  'an image with the number of another': [image('magic: "B" number: 1'), 3, /HEAD has this number already/],
  'an image with the file of another': [
    image('magic: "B" number: 3 file: "head.img"'),
    3,
    /HEAD has files called head\.img already/,
  ],
  'an image with the file of memory': [
    image('magic: "B" number: 3 file: "pages-%u.img"'),
    3,
    /"pages-%u\.img" is no name/,
  ],
  'an image with a path': [image('magic: "B" number: 3 file: "../x.img"'), 3, /"\.\.\/x\.img" is no name/],
  'an image of a message that is not there': [image('magic: "B" number: 3 entry: "c"'), 3, /no message "c"/],
  'an image that begins with no message': [image('magic: "B" number: 3 first: "c"'), 3, /no message "c"/],
  'an image with another head': [image('magic: "B" number: 3 head: "big"'), 3, /head must be/],
  'an image with more': [image('magic: "B" number: 3 size: 1'), 3, /no size; it has magic, /],
};

for (const [name, [text, line, reason]] of Object.entries(BROKEN)) {
  test(`${name} is an error with its file and line`, (t) => {
    assert.throws(
      () => read(t, { 'a.proto': text }, KNOWN),
      (error) => {
        assert.ok(error instanceof CritError);
        assert.match(error.reason, reason);
        assert.match(String(error.place.image), /\/a\.proto$/);
        assert.equal(error.place.line, line);
        return true;
      },
    );
  });
}

test('a directory without such files is an error', (t) => {
  assert.throws(() => read(t, { 'a.txt': '' }), { code: 'usage', reason: 'has no .proto files' });
});

test('a directory that is not there is an error', () => {
  assert.throws(() => readProto(join(tmpdir(), 'no-such-directory')), {
    code: 'io',
    reason: 'no such file or directory',
  });
});

function read(t: TestContext, files: Record<string, string>, known?: ProtoText): ProtoText {
  const directory = mkdtempSync(join(tmpdir(), 'crit-pipe-'));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), `syntax = "proto2";\n${text}`);
  return readProto(directory, known);
}
