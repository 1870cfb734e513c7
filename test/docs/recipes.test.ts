/** The edits that CRIU restores in test/criu are those that the README shows. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { RECIPES } from '../criu/recipes.ts';
import { readDocument } from './markdown.ts';

for (const [what, line] of Object.entries(RECIPES)) {
  test(`the README shows ${what}`, () => {
    assert.ok(flat(readDocument('README.md')).includes(flat(line)));
  });
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
