/** What the documents point at is there, and nothing in them goes unchecked. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { commands } from '../../src/cli/commands/commands.ts';
import { BUILT_IN } from '../../src/schema/built-in.ts';
import { shell } from '../shell.ts';
import { temporary } from '../temporary.ts';
import { DOCUMENTS, codeBlocks, readDocument } from './markdown.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

for (const path of DOCUMENTS) {
  const blocks = codeBlocks(path);

  test(`links of ${path}`, () => {
    for (const [, target = ''] of readDocument(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (target.startsWith('https:')) continue;
      const [file = '', anchor] = target.split('#');
      const found = file === '' ? path : join(dirname(path), file);
      assert.ok(existsSync(join(root, found)), `${path} links to ${target}`);
      if (anchor !== undefined) assert.ok(anchors(found).includes(anchor), `${path} links to ${target}`);
    }
  });

  test(`${path} has only code that is checked`, () => {
    for (const { place, language } of blocks)
      assert.ok(
        ['console', 'sh', 'ts', 'text'].includes(language),
        `${place}: a block of ${language || 'no language'}`,
      );
  });

  test(`set-up commands of ${path}`, async (t) => {
    for (const { place, text } of blocks.filter(({ language }) => language === 'sh')) {
      const npm = /^npm ci && npm (?:run )?(\S+)\n$/.exec(text);
      if (npm) {
        assert.ok(npm[1] !== undefined && npm[1] in scripts, `${place}: ${text}`);
        continue;
      }
      const { stderr, codes } = await shell(`set -e\n${text}\ntest -d procs`, [], {
        cwd: root,
        env: { TMPDIR: temporary(t) },
      });
      assert.deepEqual([stderr, codes], ['', [0]], place);
    }
  });

  test(`npm scripts that ${path} names`, () => {
    for (const [, name = ''] of readDocument(path).matchAll(/npm run ([\w:]+)/g)) assert.ok(name in scripts, name);
  });
}

test('the README names every command', () => {
  const text = readDocument('README.md');
  for (const { name } of commands)
    assert.ok(text.includes(`\`${name}`) || text.includes(`\`${name.replace('-', ' ')}`), name);
});

test('the line format tells of every image that has extras', () => {
  const [, rest = ''] = readDocument('docs/lines.md').split('## Extras');
  const [section = ''] = rest.split('\n## ');
  for (const { magic, extra } of BUILT_IN.types()) if (extra) assert.ok(section.includes(magic), magic);
});

/** The anchors of the headings of a document. */
function anchors(path: string): string[] {
  return [...readDocument(path).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}
