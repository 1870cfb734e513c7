/** Writes the manual pages and the shell completions of all commands into dist. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { commands } from '../src/cli/commands/commands.ts';
import { crit } from '../src/cli/commands/crit/command.ts';
import { version } from '../src/cli/command/version.ts';
import { IMAGES } from '../src/schema/images.ts';
import { FILE_MAGICS, RAW_MAGICS } from '../src/schema/magics.ts';
import { bashCompletion } from './bash-completion.ts';
import { fishCompletion } from './fish-completion.ts';
import { manPage } from './man-page.ts';
import { zshCompletion } from './zsh-completion.ts';

const dist = new URL('../dist/', import.meta.url);
const all = [crit, ...commands];
// The last four are not images by format: memory, unknown files, links and empty directories.
const magics = [...Object.keys(IMAGES), ...RAW_MAGICS, ...FILE_MAGICS];

const files: Record<string, string> = {
  'completions/crit-pipe.bash': bashCompletion(crit, commands, magics),
  'completions/_crit-pipe': zshCompletion(crit, commands, magics),
  'completions/crit-pipe.fish': fishCompletion(crit, commands, magics),
};
for (const command of all) files[`man/${command.name}.1`] = manPage(command, version(), all);

for (const folder of ['completions', 'man']) mkdirSync(new URL(folder, dist), { recursive: true });
for (const [name, content] of Object.entries(files)) writeFileSync(new URL(name, dist), content);
