import type { Inputs } from '../inputs/inputs.ts';
import type { Row } from '../row.ts';

/** Cases that tempt a process to hold much in memory. The time is not compared. */
export function memoryRows({ checkpoint, sparse, output }: Inputs): Row[] {
  return [
    {
      name: 'sparse',
      work: 'a large image of holes through the pipe',
      reads: sparse.path,
      inputs: [sparse],
      ours: { name: 'crit-cat | crit-pack', commands: [['crit-cat', sparse.path], ['crit-pack']] },
      peers: [],
    },
    {
      name: 'slow-reader',
      work: 'a reader that sleeps 5 s first',
      expect: checkpoint.path,
      inputs: [checkpoint],
      ours: {
        name: 'crit-cat | (sleep 5; crit-pack -C)',
        commands: [
          ['crit-cat', checkpoint.path],
          ['sh', '-c', 'sleep 5; exec "$0" "$@"', 'crit-pack', '-C', output],
        ],
      },
      peers: [],
    },
  ];
}
