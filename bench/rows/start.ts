import type { Inputs } from '../inputs/inputs.ts';
import type { Row } from '../row.ts';

/** How long a command takes that has nearly nothing to do. */
export function startRows({ small }: Inputs): Row[] {
  return [
    {
      name: 'start',
      work: 'an image of one entry',
      repeats: 20,
      inputs: [small],
      ours: { name: 'crit-cat', commands: [['crit-cat', small.path]] },
      peers: [{ name: 'node -e 0', commands: [['node', '-e', '0']], goal: { time: 1.3 } }],
    },
  ];
}
