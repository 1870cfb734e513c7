/** Sound inputs, which are damaged. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKPOINTS, fixture, fixtureNames } from '../fixtures.ts';
import { Output, CRIT, DocumentDecoder, ImageDecoder, PLAIN } from './shipped.ts';

/** Larger ones make each try slow. */
const MOST = 3000;

/** Each once, the small ones first. */
function distinct(inputs: readonly Buffer[]): Buffer[] {
  const found = new Map(inputs.map((input) => [input.toString('latin1'), input]));
  return [...found.values()].toSorted((a, b) => a.length - b.length);
}

/** Small images of real and crafted checkpoints, with their names. */
const small: readonly (readonly [name: string, image: Buffer])[] = [
  'crafted',
  ...CHECKPOINTS.map((name) => `real/${name}`),
]
  .filter((directory) => directory !== 'real/incremental')
  .flatMap((directory) =>
    fixtureNames(directory).map((name) => [name, readFileSync(fixture(join(directory, name)))] as const),
  )
  .filter(([, { length }]) => length > 8 && length < MOST);
export const images: readonly Buffer[] = distinct(small.map(([, image]) => image));
export const imageNames: readonly string[] = [...new Set(small.map(([name]) => name))];

export function linesOf(image: Buffer, style: typeof PLAIN = PLAIN, name: string = 'x'): Buffer {
  const output = new Output();
  const decoder = new ImageDecoder(output, { name, style });
  decoder.push(image);
  decoder.end();
  return output.take();
}

function documentOf(image: Buffer): Buffer[] {
  const output = new Output();
  const decoder = new DocumentDecoder(output, { name: 'x', style: CRIT });
  try {
    decoder.push(image);
    decoder.end();
  } catch {
    // Raw bytes have no document.
    return [];
  }
  return [output.take()];
}

export const lines: readonly Buffer[] = images.map((image) => linesOf(image));
/** The same of images that are called as CRIU calls them. */
export const namedLines: readonly Buffer[] = distinct(small.map(([name, image]) => linesOf(image, PLAIN, name)));
export const documents: readonly Buffer[] = images.flatMap(documentOf);

const archives = fixtureNames('archives').filter((name) => /\.tar(?:\.|$)/.test(name));
/** Archives, by what they are compressed with. */
export const tars: readonly Buffer[] = archives
  .filter((name) => name.endsWith('.tar'))
  .map((name) => readFileSync(fixture(`archives/${name}`)));
export const compressed: readonly Buffer[] = archives
  .filter((name) => !name.endsWith('.tar'))
  .map((name) => readFileSync(fixture(`archives/${name}`)));
