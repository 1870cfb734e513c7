import { join } from 'node:path';
import type { Inputs } from '../inputs/inputs.ts';
import type { Contender, Row } from '../row.ts';

/** An edit of one image of a checkpoint, with the result in a new directory. */
export function editRows({ checkpoint, output }: Inputs): Row[] {
  const edit = ['--quiet', '--comm', '1=web'];
  const { path } = checkpoint;
  const row = (name: string, work: string, ours: Contender): Row => ({
    name,
    work,
    reads: join(path, 'pages-1.img'),
    inputs: [checkpoint],
    ours,
    peers: [{ name: 'cp -r', commands: [['cp', '-r', path, output]], goal: { time: 1 } }],
  });
  return [
    row('edit', 'an edit of one image, directory to directory', {
      name: 'crit-edit DUMP -C OUT',
      commands: [['crit-edit', ...edit, path, '-C', output]],
    }),
    row('edit-refs', 'the same as a filter, without memory in the pipe', {
      name: 'crit-cat --refs | crit-edit | crit-pack --from',
      commands: [
        ['crit-cat', '--refs', path],
        ['crit-edit', ...edit],
        ['crit-pack', '--from', path, '-C', output],
      ],
    }),
  ];
}
