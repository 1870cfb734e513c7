import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ifReadable } from '../../src/checkpoint/if-readable.ts';
import { CritError } from '../../src/error.ts';

function system(code: string): Error {
  return Object.assign(new Error(code), { code, errno: -1, syscall: 'read' });
}

function failing(error: Error): () => never {
  return () => {
    throw error;
  };
}

test('what is damaged or missing tells nothing', () => {
  assert.equal(ifReadable(failing(new CritError('format', 'damaged'))), undefined);
  assert.equal(ifReadable(failing(system('ENOENT'))), undefined);
  assert.equal(
    ifReadable(() => 7),
    7,
  );
});

test('what could not be asked is an error, and so is a mistake of ours', () => {
  for (const code of ['EIO', 'EMFILE', 'EINTR', 'ENOSPC']) {
    assert.throws(() => ifReadable(failing(system(code))), { message: code });
    assert.throws(() => ifReadable(failing(new CritError('io', 'failed', {}, system(code)))), CritError);
  }
  assert.throws(() => ifReadable(failing(new TypeError('ours'))), TypeError);
});
