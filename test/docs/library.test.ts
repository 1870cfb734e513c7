/** The programs of the documents type-check, run, and print what the text block after them says. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { DOCUMENTS, programs } from './markdown.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const CONFIG = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['ES2023'],
    module: 'NodeNext',
    strict: true,
    noEmit: true,
    types: ['node'],
    skipLibCheck: true,
  },
};

for (const path of DOCUMENTS) {
  const found = programs(path);
  if (found.length === 0) continue;

  test(`the programs of ${path}`, async (t) => {
    const directory = temporary(t);
    mkdirSync(join(directory, 'node_modules'));
    for (const name of ['@types', 'ajv', 'tsx', 'undici-types'])
      symlinkSync(join(root, 'node_modules', name), join(directory, 'node_modules', name));
    symlinkSync(root, join(directory, 'node_modules/crit-pipe'));
    writeFileSync(join(directory, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(CONFIG));
    for (const name of CHECKPOINTS)
      if (found.some(({ text }) => text.includes(`'${name}`)))
        cpSync(fixture(`real/${name}`), join(directory, name), { recursive: true, verbatimSymlinks: true });
    for (const [index, { text }] of found.entries()) writeFileSync(join(directory, `program-${index}.ts`), text);

    await t.test('types', async () => {
      const { stdout, codes } = await shell('"$1"', [join(root, 'node_modules/.bin/tsc')], { cwd: directory });
      assert.equal(stdout.toString(), '');
      assert.deepEqual(codes, [0]);
    });
    for (const [index, { place, output }] of found.entries()) {
      await t.test(place, async () => {
        const { stdout, stderr, codes } = await shell('node --import tsx "$1"', [`program-${index}.ts`], {
          cwd: directory,
        });
        assert.equal(stderr, '');
        assert.deepEqual(codes, [0]);
        assert.equal(stdout.toString(), output);
      });
    }
  });
}
