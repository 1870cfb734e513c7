import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../../src/cli/command/arguments.ts';
import { shardOption } from '../../../src/cli/io/shard-option.ts';

const syntax = { options: [{ name: 'shard', value: 'K/N', group: 'Input', help: '' }], operands: [] };
const shardOf = (...argv: string[]): unknown => shardOption(parse(syntax, argv));

test('K/N is the K-th of N parts', () => {
  assert.deepEqual(shardOf('--shard', '2/8'), { number: 2, of: 8 });
  assert.deepEqual(shardOf('--shard=1/1'), { number: 1, of: 1 });
  assert.deepEqual(shardOf('--shard=65536/65536'), { number: 65536, of: 65536 });
  assert.equal(shardOf(), undefined);
});

for (const text of ['0/3', '4/3', '3', '1/0', '1/', '/3', '1/2/3', '-1/3', ' 1/3', '1.0/3', 'a/b', '1/65537', ''])
  test(`'${text}' is refused`, () => assert.throws(() => shardOf(`--shard=${text}`), { code: 'usage' }));
