/** Commands that the documents name in the text, and in code that is not run as it stands. */
import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { commands } from '../../src/cli/commands/commands.ts';
import { fixture } from '../fixtures.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { DOCUMENTS, codeBlocks, readDocument } from './markdown.ts';

/** Code in a line of text. */
function inlineCode(path: string): string[] {
  const prose = readDocument(path).replace(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

/** Commands with the long options that follow each, up to where another program's begin. */
function* calls(code: string): Generator<readonly [name: string, options: readonly string[]], void, undefined> {
  const line = code.replaceAll('\\\n', ' ').replace(/'[^']*'|"[^"]*"/g, 'X');
  for (const [, name = '', rest = ''] of line.matchAll(/(?<![\w/.-])crit[- ]([a-z]+)\b([^\n|;&)]*)/g)) {
    const [own = ''] = rest.split(/ -- /);
    yield [name, [...own.matchAll(/(?<=\s)--([a-z][a-z0-9-]*)/g)].map(([, option = '']) => option)];
  }
}

for (const path of DOCUMENTS) {
  test(`commands that ${path} names have the options that it gives them`, () => {
    const blocks = codeBlocks(path).filter(({ language }) => language === 'text');
    for (const code of [...inlineCode(path), ...blocks.map(({ text }) => text)]) {
      for (const [name, options] of calls(code)) {
        const command = commands.find((each) => each.name === `crit-${name}`);
        if (!command) continue;
        const known = [...command.options.map((option) => option.name), 'help', 'version'];
        for (const option of options) assert.ok(known.includes(option), `${code}: --${option}`);
      }
    }
  });
}

test('what docs/containers.md names for each command of checkpointctl runs', async (t) => {
  const [, rest = ''] = readDocument('docs/containers.md').split('## For those who know checkpointctl\n');
  const [table = ''] = rest.trimStart().split('\n\n');
  const shown = table.split('\n').flatMap((row) => {
    const here = row.replaceAll('\\|', '\0').split('|')[2] ?? '';
    return [...here.matchAll(/`(crit[^`]+)`/g)].map(([, code = '']) => code.replaceAll('\0', '|'));
  });
  assert.ok(shown.length > 12);
  const cwd = temporary(t);
  cpSync(fixture('archives/podman-counter.tar'), join(cwd, 'A.tar'));
  cpSync(fixture('archives/made-crio.tar'), join(cwd, 'B.tar'));
  for (const command of shown) {
    const words = command
      .replace('/var/lib/kubelet/checkpoints', '.')
      .replace(/\bDIR\b/, 'A.tar')
      .replace(/\bPATTERN\b/, 'ELF')
      .replace(/\bN\b/, '1')
      .replace(/^crit-(?:inspect|stats)(?: --[a-z]+)*(?= \||$)/, (found) => `${found} A.tar`)
      // What is here says what jq would be given.
      .replace(/ \| jq .*$/, '');
    const { stdout, stderr, codes } = await shell(words, [], { cwd });
    assert.deepEqual([stderr, codes], ['', [0]], words);
    assert.ok(stdout.length > 0, words);
  }
});
