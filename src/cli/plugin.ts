/** crit as a plugin of checkpointctl, which finds it on PATH by its name: `checkpointctl crit diff A B`. */

export const PLUGIN = 'checkpointctl-crit';

/** What checkpointctl takes for the answer of a plugin, and of nothing else that happens to be called so. */
const EXIT_PLUGIN = 42;

/** Answers where checkpointctl asks whether this is a plugin; gives whether it did. */
export function describePlugin(word: string): boolean {
  if (word !== '--plugin-description') return false;
  process.stdout.write('Compare, check, search, edit and redact checkpoints, and make core files of them\n');
  process.exitCode = EXIT_PLUGIN;
  return true;
}
