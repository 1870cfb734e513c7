import type { Command } from '../../command/command.ts';
import { MEMORY_OPTIONS } from '../../command/memory-options.ts';
import { PATTERN_OPTIONS, SECRET_OPTIONS } from '../../command/pattern-options.ts';

const PATTERN = 'Patterns';
const WHERE = 'Where';
const FORM = 'Output';
const SECRETS = 'Secrets';

export const grep: Command = {
  name: 'crit-grep',
  summary: 'search the memory of a checkpoint, or all of it',
  usage: [
    '[OPTION]... PATTERN DIR...',
    '[OPTION]... -e PATTERN|-f FILE... DIR...',
    '--strings|--secrets [OPTION]... DIR...',
  ],
  description: [
    'Searches the memory of all processes, wherever it is stored, across the borders of pages. Prints pid, name, area, ' +
      'address and match, with tabs between. Shared memory is searched once; all who map it are named. PATTERN is a ' +
      'JavaScript regular expression for bytes, without look-around and back references: its time grows with the bytes ' +
      'alone. A match is at most 64 KiB; a longer one is cut.',
  ],
  options: [
    ...PATTERN_OPTIONS,
    {
      name: 'all',
      short: 'a',
      group: WHERE,
      help: 'also everything beside memory: entries, queues, deleted files, registers, what engines write, archives within',
    },
    {
      name: 'allow',
      value: 'WHAT[,...]',
      repeat: true,
      complete: ['lazy', 'parent'],
      group: WHERE,
      help: 'what need not be there to say that nothing was found: lazy pages, a parent',
    },
    {
      name: 'shard',
      value: 'K/N',
      complete: 'none',
      group: WHERE,
      help: 'only the K-th of N parts of the memory',
    },
    { name: 'strings', group: PATTERN, help: 'print all text, as strings(1) does' },
    {
      name: 'bytes',
      short: 'n',
      value: 'MIN',
      complete: 'none',
      group: PATTERN,
      help: 'text of at least MIN characters; 4 otherwise',
    },
    ...SECRET_OPTIONS,
    { name: 'show', group: SECRETS, help: 'with --secrets: print the secrets themselves' },
    { name: 'list-rules', group: SECRETS, help: 'print which kinds are known, and exit' },
    ...MEMORY_OPTIONS,
    {
      name: 'context',
      short: 'C',
      value: 'N',
      complete: 'none',
      group: FORM,
      help: 'with N bytes before and behind each match',
    },
    { name: 'count', short: 'c', group: FORM, help: 'only how many matches each process has' },
    { name: 'list', short: 'l', group: FORM, help: 'only the processes that have a match' },
    {
      name: 'max-count',
      short: 'm',
      value: 'N',
      complete: 'none',
      group: FORM,
      help: 'at most N matches of each process',
    },
    { name: 'json', group: FORM, help: 'lines of JSON' },
  ],
  operands: [
    {
      name: 'PATTERN DIR',
      many: true,
      help: 'what to look for, and checkpoints: directories, archives, or - for one on standard input; several are named first in each line',
    },
  ],
  examples: [
    { command: 'crit-grep -F "$SECRET" checkpoint/', does: 'is my secret in this checkpoint?' },
    {
      command: 'crit-grep -F -f patterns --encodings base64,url,json checkpoint/',
      does: 'are these texts in it, also in encodings of them?',
    },
    { command: "crit-grep -p 7 --vma '[heap]' 'AKIA[0-9A-Z]{16}' checkpoint/", does: 'keys in the heap of a process' },
    { command: 'crit-grep --all -F -f secrets.txt checkpoint.tar', does: 'are any of mine anywhere in it?' },
    { command: 'crit-grep --all --secrets checkpoint/', does: 'which secrets are in it?' },
    { command: 'crit-grep --shard 2/8 -F "$SECRET" checkpoint/', does: 'what the second of eight processes does' },
    { command: 'crit-grep --strings -n 8 checkpoint/ | less', does: 'all text, with addresses' },
  ],
  exitCodes: [
    [0, 'found, or the reader of standard output has gone'],
    [1, 'not found'],
    [2, 'failed: wrong usage, bad data, input or output'],
  ],
  async run(args, diagnostics) {
    const { run } = await import('./run.ts');
    return run(args, diagnostics);
  },
};
