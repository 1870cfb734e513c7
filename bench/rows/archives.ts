import type { Inputs } from '../inputs/inputs.ts';
import type { Row } from '../row.ts';

/** Container checkpoints: there and back in one pipe. */
export function archiveRows({ archive, archiveZstd, output }: Inputs): Row[] {
  return [
    {
      name: 'tar',
      work: 'an archive through the pipe',
      reads: archive.path,
      expect: archive.path,
      inputs: [archive],
      ours: {
        name: 'crit-cat | crit-pack --tar',
        commands: [
          ['crit-cat', archive.path],
          ['crit-pack', '--tar'],
        ],
        stdout: output,
      },
      peers: [
        {
          name: 'tar -x; tar -c',
          commands: [
            [
              'sh',
              '-c',
              'mkdir "$1" && tar -xf "$0" -C "$1" && tar -C "$1" -cf - checkpoint | cat',
              archive.path,
              output,
            ],
          ],
          goal: { speed: 0.8 },
        },
        { name: 'cat | cat', commands: [['cat', archive.path], ['cat']], stdout: output },
      ],
    },
    {
      name: 'tar-zstd',
      work: 'a compressed archive through the pipe',
      reads: archive.path,
      inputs: [archive, archiveZstd],
      ours: {
        name: 'crit-cat | crit-pack --zstd',
        commands: [
          ['crit-cat', archiveZstd.path],
          ['crit-pack', '--zstd'],
        ],
        stdout: output,
      },
      peers: [
        {
          name: 'zstd -dc | zstd',
          commands: [
            ['zstd', '-dc', archiveZstd.path],
            ['zstd', '-q'],
          ],
          stdout: output,
          goal: { speed: 0.5 },
        },
      ],
    },
  ];
}
