/** Checkpoints with some images damaged and some left out. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKPOINTS, fixture, fixtureNames } from '../../fixtures.ts';
import { IMAGE_MUTATORS, mutate } from '../mutate.ts';
import type { Random } from '../random.ts';

const names: readonly string[] = CHECKPOINTS.filter((name) => !/^(?:incremental|cpuinfo)$/.test(name));

/** A checkpoint that is sound. */
export function soundCheckpoint(random: Random): string {
  return fixture(`real/${random.of(names)}`);
}

/** Makes `directory` a damaged copy of a sound checkpoint; images that stay are links. */
export function damageCheckpoint(sound: string, directory: string, random: Random): void {
  const images = fixtureNames(sound.slice(fixture('').length));
  const damagable = images.filter((name) => !name.startsWith('pages-'));
  const damaged = new Set(Array.from({ length: 1 + random.below(3) }, () => random.of(damagable)));
  mkdirSync(directory);
  for (const name of images) {
    const [from, to] = [join(sound, name), join(directory, name)];
    if (damaged.has(name)) writeFileSync(to, mutate(readFileSync(from), IMAGE_MUTATORS, random));
    else if (!name.startsWith('pages-') || random.below(4) > 0) symlinkSync(from, to);
  }
}
