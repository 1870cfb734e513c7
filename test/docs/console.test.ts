/** What the documents show of the commands is what the commands print. */
import assert from 'node:assert/strict';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { CHECKPOINTS, fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { DOCUMENTS, codeBlocks, examples, shortened, type Example } from './markdown.ts';

/** Tools that an example may use and a machine may be without. */
const OPTIONAL = ['jq', 'parallel', 'tar'];
/** Ends the output of a command. */
const MARK = '\x1e';

for (const path of DOCUMENTS) {
  const blocks = codeBlocks(path).filter(({ language }) => language === 'console');
  if (blocks.length === 0) continue;

  test(`the examples of ${path}`, async (t) => {
    const directory = temporary(t);
    for (const name of ['crafted', 'crafted-bad']) symlinkSync(fixture(name), join(directory, name));
    if (blocks.some(({ text }) => text.includes('archives/')))
      cpSync(fixture('archives'), join(directory, 'archives'), { recursive: true });
    for (const name of CHECKPOINTS)
      if (blocks.some(({ text }) => text.includes(name)))
        cpSync(fixture(`real/${name}`), join(directory, name), { recursive: true, verbatimSymlinks: true });

    for (const block of blocks) {
      const found = examples(block);
      const missing = await missingTool(found);
      await t.test(block.place, missing === undefined ? {} : { skip: `${missing} is not installed` }, async () => {
        for (const [index, output] of (await run(found, directory)).entries()) {
          const example = found[index];
          if (!example || shortened(example.output).test(output)) continue;
          assert.equal(output, example.output, `${block.place}: ${example.command}`);
        }
      });
    }
  });
}

/** What each command prints, one after another in one shell. */
async function run(found: readonly Example[], cwd: string): Promise<string[]> {
  const script = found.map(({ command }) => `${command}\nstatus=$?; printf '${MARK}'; (exit $status)`).join('\n');
  const { stdout } = await shell(`exec 2>&1\n${script}`, [], { cwd, env: { LC_ALL: 'C' } });
  const outputs = stdout.toString().split(MARK);
  assert.equal(outputs.length, found.length + 1, 'a command ended the shell');
  return outputs.slice(0, -1);
}

async function missingTool(found: readonly Example[]): Promise<string | undefined> {
  for (const tool of OPTIONAL) {
    if (!found.some(({ command }) => new RegExp(`(?:^|[|;&(]\\s*)${tool}\\b`, 'm').test(command))) continue;
    const { codes } = await shell(`command -v ${tool} >&2`);
    if (codes.at(-1) !== 0) return tool;
  }
  return undefined;
}
