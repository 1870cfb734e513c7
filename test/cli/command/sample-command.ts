/** A command that does what its operand says: the tests run it as a process of its own. */
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { cleanUpOnSignal } from '../../../src/cli/io/clean-up.ts';
import type { Command } from '../../../src/cli/command/command.ts';
import { main } from '../../../src/cli/command/main.ts';
import { CritError } from '../../../src/error.ts';

const behaviours: Record<string, (path: string) => Promise<number> | number> = {
  done: () => 0,
  no: () => 1,
  bad: () => {
    throw new CritError('truncated', 'truncated: 37 bytes expected', {
      image: 'a\u001b[2J.img',
      entry: 3,
      offset: 182,
    });
  },
  missing: (path) => {
    writeFileSync(`${path}/none/none`, '');
    return 0;
  },
  bug: () => {
    throw new TypeError('x is not a function');
  },
  empty: () => new Promise<number>(() => {}),
  later: async () => {
    setTimeout(() => {
      throw new TypeError('thrown later');
    }, 1);
    await delay(60_000);
    return 0;
  },
  endless: async () => {
    const line = `${'x'.repeat(65_535)}\n`;
    for (;;) if (!process.stdout.write(line)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  },
  wait: async (path) => {
    cleanUpOnSignal(() => writeFileSync(path, 'undone'));
    process.stdout.write('ready\n');
    await delay(60_000);
    return 0;
  },
  finish: (path) => {
    const release = cleanUpOnSignal(() => writeFileSync(path, 'undone'));
    release();
    return 0;
  },
};

const sample: Command = {
  name: 'crit-sample',
  summary: 'do as told',
  usage: ['[OPTION]... [WHAT [PATH]]'],
  description: ['Does as told.'],
  options: [{ name: 'list', value: 'FILE', group: 'Input', help: 'a list' }],
  operands: [
    { name: 'WHAT', stdin: true, unless: 'list', help: 'what to do' },
    { name: 'PATH', help: 'where' },
  ],
  examples: [],
  async run(args, diagnostics) {
    diagnostics.warn('about to begin');
    return behaviours[args.operand('WHAT') ?? 'done']?.(args.operand('PATH') ?? '') ?? 2;
  },
};

void main(sample);
