import { join } from 'node:path';
import { NEEDLE } from '../inputs/pages.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { Command, Row } from '../row.ts';

const LITERAL = ['-F', NEEDLE] as const;
/** Ten texts that are looked for at once. */
const SECRETS = Array.from({ length: 10 }, (_, i) => ['--text', `a-secret-text-${i}`]).flat();
const PATTERN = 'passw[o0]rd=[a-z0-9]+';

/** Searching memory, and reading it. */
export function searchRows({ whole, pieces, output }: Inputs): Row[] {
  const flat = join(whole.path, 'pages-1.img');
  const grep = (...args: readonly string[]): Command[] => [['env', 'LC_ALL=C', 'grep', '-a', '-c', ...args, flat]];
  const ripgrep = (...args: readonly string[]): Command[] => [['rg', '--no-config', '-a', '-c', ...args, flat]];
  const ours = (path: string, ...args: readonly string[]): { name: string; commands: Command[] } => {
    return { name: `crit-grep ${args.join(' ')}`, commands: [['crit-grep', '-c', ...args, path]] };
  };
  const same = { speed: 1 };
  return [
    {
      name: 'grep-literal',
      work: 'a text in memory that is in one piece',
      reads: flat,
      inputs: [whole],
      ours: ours(whole.path, ...LITERAL),
      peers: [
        { name: 'grep -a -F', commands: grep(...LITERAL), goal: same },
        { name: 'rg -a -F', commands: ripgrep(...LITERAL) },
      ],
    },
    {
      name: 'grep-regex',
      work: 'a regular expression in memory that is in one piece',
      reads: flat,
      inputs: [whole],
      ours: ours(whole.path, PATTERN),
      peers: [
        { name: 'grep -a -E', commands: grep('-E', PATTERN), goal: same },
        { name: 'rg -a', commands: ripgrep(PATTERN) },
      ],
    },
    {
      name: 'grep-pieces',
      work: 'a text in memory with a hole behind each page',
      reads: flat,
      inputs: [whole, pieces],
      ours: ours(pieces.path, ...LITERAL),
      peers: [{ ...ours(whole.path, ...LITERAL), name: 'crit-grep, in one piece', goal: { time: 2 } }],
    },
    {
      name: 'grep-regex-pieces',
      work: 'a regular expression in memory with a hole behind each page',
      reads: flat,
      inputs: [whole, pieces],
      ours: ours(pieces.path, PATTERN),
      peers: [{ ...ours(whole.path, PATTERN), name: 'crit-grep, in one piece', goal: { time: 2 } }],
    },
    {
      name: 'redact',
      work: 'ten texts overwritten in memory on its way through the pipe',
      reads: flat,
      inputs: [whole],
      ours: {
        name: 'crit-cat | crit-redact | crit-pack -C',
        commands: [
          ['crit-cat', whole.path],
          ['crit-redact', '-q', ...SECRETS],
          ['crit-pack', '-C', output],
        ],
      },
      peers: [
        {
          name: 'crit-cat | crit-pack -C',
          commands: [
            ['crit-cat', whole.path],
            ['crit-pack', '-C', output],
          ],
          goal: { speed: 0.5 },
        },
      ],
    },
    {
      name: 'mem',
      work: 'the memory of a process as bytes',
      reads: flat,
      expect: flat,
      inputs: [whole],
      ours: { name: 'crit-mem -p 1', commands: [['crit-mem', '-p', '1', whole.path]] },
      peers: [{ name: 'cat', commands: [['cat', flat]] }],
    },
    {
      name: 'mem-content',
      work: 'what the pages of a process look like',
      reads: flat,
      inputs: [whole],
      ours: { name: 'crit-mem --map --content', commands: [['crit-mem', '--map', '--content', whole.path]] },
      peers: [],
    },
  ];
}
