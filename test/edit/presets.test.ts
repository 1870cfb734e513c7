/** The tables of fields name what the schema has, and docs/restore.md shows them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import * as presets from '../../src/edit/presets.ts';
import { BUILT_IN } from '../../src/schema/built-in.ts';
import { readDocument } from '../docs/markdown.ts';

const TABLES: Readonly<Record<string, presets.Fields>> = {
  '`--path`': merged(presets.PATH_FIELDS, presets.SOCKET_FIELDS),
  '`--address`': presets.ADDRESS_FIELDS,
  '`--pid`, `--pid-offset`, `--as-root-of`': presets.PID_FIELDS,
  '`--uid`': presets.UID_FIELDS,
  '`--gid`': presets.GID_FIELDS,
  '`--external`': presets.EXTERNAL_FIELDS,
};

function merged(...all: readonly presets.Fields[]): presets.Fields {
  return Object.assign({}, ...all);
}

for (const [option, fields] of Object.entries(TABLES)) {
  test(`fields of ${option}`, () => {
    for (const [message, names] of Object.entries(fields))
      for (const name of names) assert.ok(BUILT_IN.message(message).byName.has(name), `${message}.${name}`);
    const shown = Object.entries(fields).map(([message, names]) => `\`${message}\` ${names.join(' ')}`);
    const row = readDocument('docs/restore.md')
      .split('\n')
      .findLast((line) => line.startsWith(`| ${option} `));
    assert.equal(row?.split('|')[2]?.trim(), shown.join(', '));
  });
}

test('images named by processes are known', () => {
  for (const magic of presets.PID_IMAGES) assert.ok(BUILT_IN.byMagic(magic)?.files[0]?.includes('-%'), magic);
});
