import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { readProto } from '../../src/schema/proto.ts';
import { Schema, type SchemaText } from '../../src/schema/schema.ts';

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

test('opts.proto and files of other kinds are left alone', (t) => {
  const text = read(t, { 'opts.proto': 'this is not protobuf', 'a.txt': 'nor is this', 'a.proto': 'message a {}' });
  assert.deepEqual(text, { messages: { a: '' }, enums: {} });
});

const BROKEN: Record<string, [text: string, message: RegExp]> = {
  'a syntax error': ['message a {\n required int32 x 1; }', /^a\.proto: .*line 3/],
  'a type that is not there': ['message a { required nothing x = 1; }', /nothing/],
  'two fields of one number': ['message a { optional string x = 1; optional int32 y = 1; }', /duplicate id 1/],
  'a type that images do not use': ['message a { required float x = 1; }', /^a\.x: type float, which no image has$/],
  'a group': ['message a { required group G = 1 { required int32 x = 2; } }', /^a\.g: a group, which no image has$/],
  'a map': ['message a { map<string, int32> m = 3; }', /^a\.m: a map, which no image has$/],
  'an extension': ['message a { extensions 10 to 20; } extend a { optional int32 z = 11; }', /^z: neither|^\.?z/],
  'a default of several words': [
    'message a { optional string x = 1 [default = "a b"]; }',
    /^a\.x: default=a b has a blank/,
  ],
  'an option with a semicolon': ['message a { optional uint32 x = 1 [(criu).flags = "a;b"]; }', /^a\.x: flags=a;b has/],
};

for (const [name, [text, message]] of Object.entries(BROKEN)) {
  test(`${name} is an error`, (t) => {
    assert.throws(() => read(t, { 'a.proto': text }), { message });
  });
}

test('a directory that is not there is an error', () => {
  assert.throws(() => readProto(join(tmpdir(), 'no-such-directory')), { code: 'ENOENT' });
});

function read(t: TestContext, files: Record<string, string>): SchemaText {
  const directory = mkdtempSync(join(tmpdir(), 'crit-pipe-'));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), `syntax = "proto2";\n${text}`);
  return readProto(directory);
}
