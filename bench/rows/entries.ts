import type { Inputs } from '../inputs/inputs.ts';
import type { Row } from '../row.ts';

/** Images of many entries, and their lines. */
export function entryRows({ entries, lines, keptLines, changedLines, critJson }: Inputs): Row[] {
  return [
    {
      name: 'cat',
      work: 'pagemap entries to lines',
      reads: entries.path,
      expect: lines.path,
      inputs: [entries, lines],
      ours: { name: 'crit-cat', commands: [['crit-cat', entries.path]] },
      peers: [
        {
          name: 'CRIT decode',
          commands: [['crit', 'decode', '-i', entries.path]],
          goal: { speed: 40 },
        },
        { name: 'cat', commands: [['cat', entries.path]] },
      ],
    },
    {
      name: 'pack',
      work: 'the same lines to the image',
      reads: lines.path,
      expect: entries.path,
      inputs: [lines, entries],
      ours: { name: 'crit-pack', commands: [['crit-pack']], stdin: lines.path },
      peers: [
        {
          name: 'CRIT encode',
          commands: [['crit', 'encode', '-i', critJson.path, '-o', '/dev/null']],
          inputs: [critJson],
          goal: { speed: 12 },
        },
      ],
    },
    {
      name: 'filter',
      work: 'the same lines, keeping half',
      reads: lines.path,
      expect: keptLines.path,
      inputs: [lines, keptLines],
      ours: {
        name: 'crit-filter',
        commands: [['crit-filter', 'entry.nr_pages > 4']],
        stdin: lines.path,
      },
      peers: [
        {
          name: 'jq -c select',
          commands: [['jq', '-c', 'select(.entry == null or .entry.nr_pages > 4)']],
          stdin: lines.path,
          goal: { speed: 10 },
        },
        {
          name: 'gojq -c select',
          commands: [['gojq', '-c', 'select(.entry == null or .entry.nr_pages > 4)']],
          stdin: lines.path,
        },
      ],
    },
    {
      name: 'map',
      work: 'the same lines, changing each',
      reads: lines.path,
      expect: changedLines.path,
      inputs: [lines, changedLines],
      ours: {
        name: 'crit-map',
        commands: [['crit-map', 'if (entry.flags) entry.flags = 6']],
        stdin: lines.path,
      },
      peers: [
        {
          name: 'jq -c',
          commands: [['jq', '-c', 'if .entry.flags then .entry.flags = 6 else . end']],
          stdin: lines.path,
        },
        {
          name: 'gojq -c',
          commands: [['gojq', '-c', 'if .entry.flags then .entry.flags = 6 else . end']],
          stdin: lines.path,
        },
        {
          name: 'crit-filter, reading each',
          commands: [['crit-filter', 'entry?.flags !== 1']],
          stdin: lines.path,
          goal: { speed: 0.7 },
        },
      ],
    },
  ];
}
