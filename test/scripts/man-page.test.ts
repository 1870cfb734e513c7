import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { manPage } from '../../scripts/man-page.ts';
import { commands } from '../../src/cli/commands/commands.ts';
import { crit } from '../../src/cli/commands/crit/command.ts';
import { spellings, withStandard } from '../../src/cli/command/option.ts';

const all = [crit, ...commands];
const noGroff = spawnSync('groff', ['--version']).error !== undefined && 'groff is not here';

for (const command of all) {
  test(`the manual page of ${command.name} is good roff and says everything`, { skip: noGroff }, () => {
    const page = manPage(command, '1.2.3', all);
    const { stdout, stderr, status } = spawnSync(
      'groff',
      ['-man', '-ww', '-Tascii', '-P-c', '-P-b', '-P-u', '-rLL=200n'],
      {
        input: page,
        encoding: 'utf8',
      },
    );
    assert.equal(stderr, '');
    assert.equal(status, 0);
    assert.ok(stdout.includes(`${command.name} - ${command.summary}`));
    assert.ok(stdout.includes('crit-pipe 1.2.3'));
    for (const option of withStandard(command.options)) {
      assert.ok(stdout.includes(spellings(option).join(', ')), option.name);
    }
    for (const example of command.examples) assert.ok(stdout.includes(example.command), example.command);
    for (const other of commands) assert.ok(other === command || stdout.includes(`${other.name}(1)`), other.name);
  });
}

test('roff sees no commands in text', () => {
  const page = manPage({ ...crit, description: ['.so /etc/passwd', "'\\x ~^`"] }, '1', all);
  assert.ok(page.includes('\n\\&.so /etc/passwd\n'));
  assert.ok(page.includes('\n\\(aq\\ex \\(ti\\(ha\\(ga\n'));
});
