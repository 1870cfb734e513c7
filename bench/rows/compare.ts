import { join } from 'node:path';
import type { Inputs } from '../inputs/inputs.ts';
import type { Row } from '../row.ts';

const HALF = { speed: 0.5 };

/** Two checkpoints side by side, and core files. */
export function compareRows({ checkpoint, copy, pieces, whole, output }: Inputs): Row[] {
  const [flat, other] = [checkpoint, copy].map(({ path }) => join(path, 'pages-1.img'));
  const wholeFlat = join(whole.path, 'pages-1.img');
  return [
    {
      name: 'diff',
      work: 'two checkpoints that are the same',
      ...(flat !== undefined && { reads: flat }),
      inputs: [checkpoint, copy],
      ours: { name: 'crit-diff', commands: [['crit-diff', checkpoint.path, copy.path]] },
      peers: [{ name: 'cmp', commands: [['cmp', flat ?? '', other ?? '']], goal: HALF }],
    },
    {
      name: 'core-pieces',
      work: 'a core file of memory with a hole behind each page',
      reads: wholeFlat,
      inputs: [whole, pieces],
      ours: { name: 'crit-core -o', commands: [['crit-core', '-p', '1', pieces.path, '-o', output]] },
      peers: [{ name: 'cp', commands: [['cp', wholeFlat, output]] }],
    },
  ];
}
