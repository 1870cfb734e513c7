/** Every output of CRIT 4.3 for the fixtures, to the byte. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { Checkpoint } from '../../src/checkpoint/checkpoint.ts';
import { viewOf } from '../../src/cli/commands/x/explore.ts';
import { EntryCount } from '../../src/image/entry-count.ts';
import { documentOf } from './document.ts';
import { CASES, difference, directoryOf, goldenOf } from './golden.ts';

/** Where CRIT is wrong, so that its output must not be ours. */
const FAULTS: ReadonlyMap<string, string> = new Map([
  ['crafted/TCP_STREAM-multi.img.show-nopl.json', 'CRIT skips the rest of the image behind the first entry'],
  ['crafted/UNIXSK-names.img.decode.json', 'CRIT loses the CR of a name with CR LF'],
  ['crafted/UNIXSK-names.img.pretty.json', 'CRIT loses the CR of a name with CR LF'],
  ['nonutf8/x-ps.txt', "CRIT prints a name that is not UTF-8 as Python's b'..'"],
  ['nonutf8/x-fds.txt', "CRIT prints a path that is not UTF-8 as Python's b'..'"],
]);

function printed(directory: string, name: string, step?: number): string {
  const view = /^x-(\w+)\.txt$/.exec(name)?.[1];
  if (view !== undefined) {
    const options = {
      form: 'text',
      args: false,
      env: false,
    } as const;
    const checkpoint = Checkpoint.openDirectory(directory);
    try {
      return [...viewOf(view)(checkpoint, options)].join('');
    } finally {
      checkpoint.close();
    }
  }
  const [, file = '', kind = ''] = /^(.*)\.(decode|pretty|show-nopl|info)\.json$/.exec(name) ?? [];
  const path = join(directory, file.replaceAll('__', '/'));
  const image = readFileSync(path);
  if (kind === 'info') {
    const count = new EntryCount(basename(path));
    count.push(image);
    count.end();
    return `${JSON.stringify({ magic: count.magic, count: count.count }, undefined, 4)}\n`;
  }
  const form = { pretty: kind !== 'decode', onlySizes: kind === 'show-nopl', ...(step !== undefined && { step }) };
  return `${documentOf(basename(path), image, form)}\n`;
}

for (const name of CASES) {
  test(`CRIT's output of ${name}`, () => {
    const differences: string[] = [];
    for (const [file, expected] of goldenOf(name)) {
      const found = difference(printed(directoryOf(name), file), expected);
      const isFault = FAULTS.has(`${name}/${file}`);
      if (found !== undefined && !isFault) differences.push(`${file} ${found}`);
      if (found === undefined && isFault) differences.push(`${file}: CRIT's fault is gone`);
    }
    assert.deepEqual(differences, []);
  });
}

test('what is printed does not depend on the chunks that an image comes in', () => {
  for (const name of ['ipc', 'inet-netns', 'ghost', 'unix', 'bpf', 'fds']) {
    for (const [file, expected] of goldenOf(name)) {
      if (!file.endsWith('.json') || expected.length > 300_000) continue;
      assert.equal(difference(printed(directoryOf(name), file, 3), expected), undefined, `${name}/${file}`);
    }
  }
});

test('show --nopl is show where no entry has an extra', () => {
  const golden = goldenOf('simple');
  for (const [file, expected] of golden) {
    const image = /^(.*)\.pretty\.json$/.exec(file)?.[1];
    if (image === undefined || golden.has(`${image}.show-nopl.json`)) continue;
    assert.equal(printed(directoryOf('simple'), `${image}.show-nopl.json`), expected);
  }
});
