/** What CRIT 4.3 prints for the fixtures: see test/fixtures/README.md. */
import { readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import { fixture, fixtureNames } from '../fixtures.ts';

/** Names of the cases: the checkpoints, and `crafted`. */
export const CASES: readonly string[] = fixtureNames('golden').map((name) => name.replace('.json.br', ''));

/** Outputs of a case: `pstree.img.decode.json` for a file, `x-ps.txt` for the directory. A `/` in a path is `__`. */
export function goldenOf(name: string): ReadonlyMap<string, string> {
  const bytes = brotliDecompressSync(readFileSync(fixture(`golden/${name}.json.br`)));
  const outputs: Record<string, string> = JSON.parse(bytes.toString('utf8'));
  return new Map(Object.entries(outputs));
}

/** The directory of a case. */
export function directoryOf(name: string): string {
  return fixture(name === 'crafted' ? 'crafted' : `real/${name}`);
}

/** Where two texts differ first, with what stands around it; undefined where they are the same. */
export function difference(actual: string, expected: string): string | undefined {
  if (actual === expected) return undefined;
  let at = 0;
  while (actual[at] === expected[at]) at++;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 60), at + 60));
  return `at character ${at}: ${around(actual)}, but CRIT has ${around(expected)}`;
}
