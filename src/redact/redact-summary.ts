/** What was overwritten, in a few lines: by process and kind of area, by image, by what was looked for. */
import type { Redaction } from './redactor.ts';
import type { Place } from './place.ts';

/** Images and areas that are told one by one. */
const MOST_TOLD = 40;
const MOST_COUNTED = 100_000;

interface Count {
  places: number;
  bytes: number;
}

export class RedactSummary {
  readonly #rules = new Map<string, Count>();
  readonly #wheres = new Map<string, Count>();
  readonly #left = new Map<string, Count>();
  readonly #queues = new Map<string, number>();

  /** Places where what was found goes on, and was not overwritten any further. */
  cut = 0;

  readonly add = ({ rule, length, place: { image, pid, area }, isCut = false }: Redaction): void => {
    if (isCut) this.cut++;
    count(this.#rules, rule, length);
    count(
      this.#wheres,
      area === undefined ? image : `${pid === undefined ? 'memory' : `process ${pid}`} ${area}`,
      length,
    );
  };

  readonly left = (kind: string, length: number): void => count(this.#left, kind, length);

  readonly queue = ({ image }: Place): void => {
    this.#queues.set(image, (this.#queues.get(image) ?? 0) + 1);
  };

  lines({ lazy }: { readonly lazy: number }): string[] {
    const lines: string[] = [];
    if (this.#rules.size === 0) lines.push('nothing found: nothing was overwritten');
    for (const [where, { places, bytes }] of [...this.#wheres].slice(0, MOST_TOLD))
      lines.push(`${where}: ${plural(bytes, 'byte')} in ${plural(places, 'place')}`);
    if (this.#wheres.size > MOST_TOLD)
      lines.push(`and ${plural(this.#wheres.size - MOST_TOLD, 'other image or area', 'other images and areas')}`);
    for (const [rule, { places, bytes }] of this.#rules)
      lines.push(`${rule}: ${plural(bytes, 'byte')} in ${plural(places, 'place')} overwritten`);
    for (const [image, queues] of this.#queues) lines.push(`${image}: ${plural(queues, 'queue')} dropped`);
    for (const [kind, { places, bytes }] of this.#left)
      lines.push(
        `left as it was, since it is code or was not chosen: ${plural(bytes, 'byte')} in ${plural(places, 'place')} of ${kind}`,
      );
    if (lazy > 0)
      lines.push(`${plural(lazy, 'page')} were left to a lazy-pages server: they were not there to be looked at`);
    return lines;
  }
}

function count(counts: Map<string, Count>, key: string, bytes: number): void {
  const known = counts.get(key);
  if (known) {
    known.places++;
    known.bytes += bytes;
  } else if (counts.size < MOST_COUNTED) counts.set(key, { places: 1, bytes });
}

function plural(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
