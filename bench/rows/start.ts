import type { Inputs } from '../inputs/inputs.ts';
import type { Command, Row } from '../row.ts';

const BARE: Command = ['node', '-e', '0'];

/** How long commands take that have nearly nothing to do. */
export function startRows({ small, smallLines }: Inputs): Row[] {
  const cat: Command = ['crit-cat', small.path];
  const row = (name: string, work: string, ours: string, ...commands: readonly Command[]): Row => ({
    name,
    work,
    repeats: 20,
    inputs: [small, smallLines],
    ours: { name: ours, commands, stdin: smallLines.path },
    peers: [
      {
        name: Array.from(commands, () => BARE.join(' ')).join(' | '),
        commands: commands.map(() => BARE),
        goal: { time: 1.2 },
      },
    ],
  });
  return [
    row('start', 'an image of one entry', 'crit-cat', cat),
    row('start-filter', 'the lines of an image of one entry', 'crit-filter', ['crit-filter', 'true']),
    row('start-pack', 'the same lines to the image', 'crit-pack', ['crit-pack']),
    row(
      'start-pipe',
      'an image of one entry through three',
      'crit-cat | crit-filter | crit-pack',
      cat,
      ['crit-filter', 'true'],
      ['crit-pack'],
    ),
  ];
}
