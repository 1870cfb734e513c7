/** What a run has changed, in a line for each option. */
import type { Change } from './edit.ts';

/** Images that are counted by name; beyond that their number is a least one. */
const MOST_IMAGES = 100_000;

export class Summary {
  readonly #options = new Map<string, { changes: number; images: Set<string> }>();

  readonly add = ({ option, image }: Change): void => {
    const known = this.#options.get(option) ?? { changes: 0, images: new Set() };
    known.changes++;
    if (known.images.size < MOST_IMAGES) known.images.add(image);
    this.#options.set(option, known);
  };

  /** `path: 3 changes in 2 images` */
  lines(): string[] {
    if (this.#options.size === 0) return ['nothing changed'];
    return [...this.#options].map(
      ([option, { changes, images }]) => `${option}: ${count(changes, 'change')} in ${count(images.size, 'image')}`,
    );
  }
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
