import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CritError } from '../../src/error.ts';
import { ReadAhead } from '../../src/files/read-ahead.ts';
import { temporary } from '../temporary.ts';

test('what is read ahead is what was begun last; what was given up is never taken for it', async (t) => {
  const directory = temporary(t);
  const [one, two] = ['one', 'two'].map((name) => join(directory, name));
  assert.ok(one !== undefined && two !== undefined);
  writeFileSync(one, 'the first file');
  writeFileSync(two, 'another');
  const ahead = new ReadAhead();
  t.after(() => ahead.close());
  ahead.start(one, 'one', 0, 9);
  assert.throws(() => ahead.take('one', 0), /before it was read/);
  await ahead.ready();
  const first = ahead.take('one', 0);
  ahead.start(one, 'one', 4, 100);
  ahead.start(two, 'two', 0, 100);
  await ahead.ready();
  assert.equal(first.toString(), 'the first');
  assert.equal(ahead.take('two', 0).toString(), 'another');
  ahead.start(two, 'two', 2, 3);
  ahead.start(two, 'two', 7, 1);
  await ahead.ready();
  assert.throws(
    () => ahead.take('two', 7),
    (error) => error instanceof CritError && error.message.includes('two') && error.reason.includes('shorter'),
  );
});
