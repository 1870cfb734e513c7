import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bashCompletion } from '../../scripts/bash-completion.ts';
import { fishCompletion } from '../../scripts/fish-completion.ts';
import { zshCompletion } from '../../scripts/zsh-completion.ts';
import { commands } from '../../src/cli/commands/commands.ts';
import { crit } from '../../src/cli/commands/crit/command.ts';

const magics = ['CORE', 'PIPES', 'PIPES_DATA', 'PSTREE'];
const bash = bashCompletion(crit, commands, magics);
const zsh = zshCompletion(crit, commands, magics);
const fish = fishCompletion(crit, commands, magics);

const without = (shell: string): string | false =>
  spawnSync(shell, ['--version']).error !== undefined && `${shell} is not here`;

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'crit-completion-'));
  mkdirSync(join(folder, 'some-dir'));
  writeFileSync(join(folder, 'some.img'), '');
});
after(() => rmSync(folder, { recursive: true }));

for (const [shell, script] of Object.entries({ bash, zsh, fish })) {
  test(`the completion is good ${shell}`, { skip: without(shell) }, () => {
    const path = join(folder, `script.${shell}`);
    writeFileSync(path, script);
    const { stderr, status } = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
}

/** What bash offers after these words, the last of which is being typed. */
function offered(words: readonly string[]): string[] {
  const simulation = `compopt() { :; }
${bash}
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_crit_pipe
((\${#COMPREPLY[@]} == 0)) || printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', simulation, 'bash', ...words], { encoding: 'utf8', cwd: folder });
  assert.equal(stderr, '');
  return stdout.split('\n').filter(Boolean).toSorted();
}

const ENTRIES = ['some-dir', 'some.img'];
for (const [words, answer] of [
  ['crit |', commands.map(({ name }) => name.replace('crit-', '')).toSorted()],
  ['crit decode --p|', ['--pretty', '--proto']],
  ['crit x some-dir m|', ['mems']],
  ['crit-stats --pre-copy l|', ['lxd']],
  ['crit fi|', ['filter']],
  ['crit cat --n|', ['--name', '--no-extra', '--no-progress', '--null']],
  ['crit nothing --n|', []],
  ['crit-cat --n|', ['--name', '--no-extra', '--no-progress', '--null']],
  ['/usr/bin/crit-cat --hu|', ['--human']],
  ['crit-cat so|', ENTRIES],
  ['crit-cat -m P|', ['PIPES', 'PIPES_DATA', 'PSTREE']],
  ['crit-cat -m CORE,PI|', ['CORE,PIPES', 'CORE,PIPES_DATA']],
  ['crit-cat -km PS|', ['PSTREE']],
  ['crit-cat -kmPS so|', ENTRIES],
  ['crit-cat --magic = PS|', ['PSTREE']],
  ['crit-cat --magic =|', magics],
  ['crit-cat --magic = PSTREE so|', ENTRIES],
  ['crit-cat --image so|', []],
  ['crit-cat -- --n|', []],
  ['crit-pack -C so|', ['some-dir']],
  ['crit-pack -o so|', ENTRIES],
  ['crit-filter so|', []],
  ['crit-filter -v so|', []],
  ['crit-filter true so|', ENTRIES],
  ['crit filter true so|', ENTRIES],
  ['crit-filter -vf code.js so|', ENTRIES],
  ['crit-filter --file code.js so|', ENTRIES],
  ['crit-filter --arg name so|', []],
  ['crit-filter --arg name value so|', []],
  ['crit-filter --arg name value EXPR so|', ENTRIES],
] as const) {
  test(`bash: ${words}`, { skip: without('bash') }, () => {
    assert.deepEqual(offered(words.replace('|', '').split(' ')), answer);
  });
}

for (const [line, answer] of [
  ['crit fi', ['filter']],
  ['crit cat --no', ['--no-extra', '--no-progress']],
  ['crit-cat --no', ['--no-extra', '--no-progress']],
  ['crit-cat -m PSTREE,PIP', ['PSTREE,PIPES', 'PSTREE,PIPES_DATA']],
  ['crit-pack -C so', ['some-dir/']],
] as const) {
  test(`fish: ${line}`, { skip: without('fish') }, () => {
    const { stdout } = spawnSync('fish', ['--no-config', '-c', `${fish}\ncomplete -C '${line}'`], {
      encoding: 'utf8',
      cwd: folder,
    });
    const offers = stdout.split('\n').filter(Boolean);
    assert.deepEqual(
      offers.map((each) => each.replace(/\t.*/, '')),
      answer,
    );
  });
}
