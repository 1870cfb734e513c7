import { join } from 'node:path';
import type { Inputs } from '../inputs/inputs.ts';
import type { Row } from '../row.ts';

/** Images of memory. */
export function pageRows({ checkpoint, output }: Inputs): Row[] {
  const pages = join(checkpoint.path, 'pages-1.img');
  return [
    {
      name: 'pages',
      work: 'memory to lines',
      reads: pages,
      inputs: [checkpoint],
      ours: { name: 'crit-cat', commands: [['crit-cat', pages]] },
      peers: [{ name: 'base64 -w0', commands: [['base64', '-w0', pages]], goal: { speed: 1.5 } }],
    },
    {
      name: 'pages-pipe',
      work: 'memory to lines, into a pipe',
      reads: pages,
      inputs: [checkpoint],
      ours: { name: 'crit-cat | cat', commands: [['crit-cat', pages], ['cat']] },
      peers: [
        {
          name: 'base64 -w0 | cat',
          commands: [['base64', '-w0', pages], ['cat']],
          goal: { speed: 1 },
        },
      ],
    },
    {
      name: 'core',
      work: 'a core file of a process',
      reads: pages,
      inputs: [checkpoint],
      ours: { name: 'crit-core -o', commands: [['crit-core', '-f', '-o', output, checkpoint.path]] },
      peers: [{ name: 'cp', commands: [['cp', pages, output]], goal: { speed: 0.5 } }],
    },
    {
      name: 'copy',
      work: 'a checkpoint through the pipe',
      reads: pages,
      expect: checkpoint.path,
      inputs: [checkpoint],
      ours: {
        name: 'crit-cat | crit-pack -C',
        commands: [
          ['crit-cat', checkpoint.path],
          ['crit-pack', '-C', output],
        ],
      },
      peers: [
        {
          name: 'cat | cat > FILE',
          commands: [['cat', pages], ['cat']],
          stdout: output,
          goal: { speed: 0.5 },
        },
        {
          name: 'base64 -w0 | base64 -d',
          commands: [
            ['base64', '-w0', pages],
            ['base64', '-d'],
          ],
          stdout: output,
          goal: { speed: 1.5 },
        },
      ],
    },
  ];
}
