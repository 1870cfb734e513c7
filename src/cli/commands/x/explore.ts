import type { Checkpoint } from '../../../checkpoint/checkpoint.ts';
import { CritError } from '../../../error.ts';
import { didYouMean } from '../../../nearest.ts';
import { fds } from './fds.ts';
import { mems } from './mems.ts';
import { ps } from './ps.ts';
import { rss } from './rss.ts';
import { sk } from './sk.ts';
import type { View, ViewOptions } from './view.ts';

export interface ExploreOptions extends ViewOptions {
  readonly form: 'text' | 'json' | 'ndjson';
}

/** The views by their names. */
const VIEWS: ReadonlyMap<string, Explore> = new Map([
  ['ps', (...all) => linesOf(ps, ...all)],
  ['fds', (...all) => linesOf(fds, ...all)],
  ['mems', (...all) => linesOf(mems, ...all)],
  ['rss', (...all) => linesOf(rss, ...all)],
  ['sk', (...all) => linesOf(sk, ...all)],
]);

/** Gives lines of text, one after another. Throws a CritError where an image is missing or damaged. */
export type Explore = (checkpoint: Checkpoint, options: ExploreOptions) => Iterable<string>;

/** What shows one side of a checkpoint. Throws a CritError where nothing is called so. */
export function viewOf(what: string): Explore {
  const view = VIEWS.get(what);
  if (view) return view;
  const names = [...VIEWS.keys()];
  throw new CritError('usage', `nothing is called ${what}, but ${names.join(', ')}${didYouMean(what, names)}`);
}

function* linesOf<Part>(
  view: View<Part>,
  checkpoint: Checkpoint,
  options: ExploreOptions,
): Generator<string, void, undefined> {
  const { form } = options;
  const parts = view.parts(checkpoint, options);
  if (form === 'json') {
    yield '{"processes":[';
    let separator = '\n';
    for (const part of parts) {
      yield `${separator}${JSON.stringify(view.value(part))}`;
      separator = ',\n';
    }
    yield '\n]}\n';
    return;
  }
  if (form === 'text' && view.heading !== undefined) yield `${view.heading}\n`;
  for (const part of parts) {
    if (form === 'text') for (const line of view.text(part)) yield `${line}\n`;
    else for (const value of view.rows(part)) yield `${JSON.stringify(value)}\n`;
  }
}
