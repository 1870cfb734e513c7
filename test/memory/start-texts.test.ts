import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandLine, withoutEmptyEnd } from '../../src/memory/start-texts.ts';

test('a command line is what is left of the arguments, or the name in brackets', () => {
  for (const [args, expected] of [
    [['a', 'b c'], 'a b c'],
    [['nginx: worker', '', '', ''], 'nginx: worker'],
    [['a', '', 'b', ''], 'a  b'],
    [['', '', ''], '[nano]'],
    [[], '[nano]'],
    [undefined, '[nano]'],
  ] as const) {
    assert.equal(commandLine(args, 'nano'), expected, JSON.stringify(args));
  }
  assert.deepEqual(withoutEmptyEnd([Buffer.from('a'), Buffer.alloc(0)]), [Buffer.from('a')]);
});
